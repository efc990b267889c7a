// What the SDK uses of the platforms it runs on, beyond what the protocol does. Node and browsers both have it;
// what only one of them has is in files that say so in their names.
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}
declare class Headers {
  constructor(entries?: Record<string, string>);
  entries(): IterableIterator<[string, string]>;
}
declare function setTimeout(step: () => void, milliseconds: number): unknown;
declare function clearTimeout(timeout: unknown): void;
declare function queueMicrotask(step: () => void): void;
declare function btoa(bytes: string): string;
