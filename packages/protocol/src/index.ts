// What both sides of the contract use. Runs anywhere: no `node:`, no DOM.
export * from "./bytes.ts";
export * from "./contract.ts";
export * from "./declarations.ts";
export * from "./envelope.ts";
export * from "./errors.ts";
export * from "./handle.ts";
export * from "./hashing.ts";
export * from "./ids.ts";
export * from "./limits.ts";
export * from "./number.ts";
export * from "./padding.ts";
export * from "./policy.ts";
export * from "./sealing.ts";
export * from "./signing.ts";
export * from "./statements.ts";
export * from "./voprf.ts";
export * from "./wire-errors.ts";
