// Calls from the page to its worker and back, over one MessagePort. What is passed is what structured clone takes;
// errors of the table arrive as themselves, any other as `internal`.
import { AssentError, type ErrorCode } from "@assent/protocol";

interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorCode; readonly retryAfterSeconds?: number };

/** Answers what arrives at a port. @param calls functions of cloneable values that resolve to one. */
export function answerCalls(port: MessagePort, calls: object): void {
  port.onmessage = async ({ data }: MessageEvent<Call>) => {
    const { id, name, args } = data;
    try {
      const call: unknown = Object.hasOwn(calls, name) ? Reflect.get(calls, name) : undefined;
      if (typeof call !== "function") throw new TypeError(`there is no call ${name}`);
      port.postMessage({ id, value: await call(...args) });
    } catch (error) {
      port.postMessage({ id, ...described(error) });
    }
  };
}

/** The other end: every call of `T`, as if it were here. */
export function callsOver<T extends object>(port: MessagePort): T {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  port.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) {
      const { error, retryAfterSeconds } = data;
      call?.reject(new AssentError(error, retryAfterSeconds ? { retryAfterSeconds } : {}));
    } else call?.resolve(data.value);
  };
  return new Proxy({} as T, {
    get: (_, name) => {
      // A promise that resolves to this must not take it for another promise.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: unknown[]) => {
        const answer = Promise.withResolvers<unknown>();
        lastId += 1;
        waiting.set(lastId, answer);
        port.postMessage({ id: lastId, name, args } satisfies Call, transferable(args));
        return answer.promise;
      };
    },
  });
}

function transferable(args: readonly unknown[]): Transferable[] {
  return args.filter((arg) => arg instanceof MessagePort);
}

function described(error: unknown): { error: ErrorCode; retryAfterSeconds?: number } {
  if (!(error instanceof AssentError)) {
    // Where a developer looks; it leaves the device no more than the screen does.
    console.error(error);
    return { error: "internal" };
  }
  const { code, retryAfterSeconds } = error;
  return { error: code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}
