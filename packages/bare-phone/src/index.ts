// The bare phone: speaks the contract to a running service, and no more. No SDK and no MLS, so that tests, benches and
// drills of the service are of the service alone. For those only: it keeps nothing and asks nobody for consent.
export * from "./account.ts";
export * from "./answered.ts";
export * from "./inbox.ts";
export * from "./listening.ts";
export * from "./outbox.ts";
export * from "./phone.ts";
export * from "./proving.ts";
export * from "./relaying.ts";
export * from "./socket.ts";
export * from "./taking-inbox.ts";
