// The storage thread. Calls that queued up while the last transaction was made durable run as the next one, so
// batches grow with load by themselves and nothing waits for a timer (facts, Server).
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { StartRefused } from "../../start-refused.ts";
import { type Call, openEngine } from "./engine.ts";

export type ToWorker = readonly Call[] | "close";
export type FromWorker =
  | { readonly kind: "open" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "answers"; readonly answers: ReturnType<ReturnType<typeof openEngine>["run"]> }
  | { readonly kind: "closed" };

// Deleted bytes leave the disk when a second passed without a call, and after half a minute of calls at most.
// One timer runs while there is something to purge, however many calls there are.
const quietMs = 1_000;
const ticksAtMost = 30;

function serve(port: MessagePort, file: string): void {
  const engine = openEngine(file);
  let purgeTimer: NodeJS.Timeout | undefined;
  let callsSinceTick = false;
  let ticks = 0;

  function tick(): void {
    purgeTimer = undefined;
    ticks += 1;
    if (!callsSinceTick || ticks >= ticksAtMost) {
      engine.purge();
      ticks = 0;
    }
    callsSinceTick = false;
    armPurge();
  }

  function armPurge(): void {
    if (engine.hasRemains) purgeTimer ??= setTimeout(tick, quietMs);
  }

  port.on("message", (first: ToWorker) => {
    const calls: Call[] = [];
    let closing = false;
    let next: { message: ToWorker } | undefined = { message: first };
    while (next) {
      if (next.message === "close") closing = true;
      else calls.push(...next.message);
      next = receiveMessageOnPort(port) as { message: ToWorker } | undefined;
    }
    if (calls.length > 0) {
      post({ kind: "answers", answers: engine.run(calls) });
      callsSinceTick = true;
      armPurge();
    }
    if (closing) {
      clearTimeout(purgeTimer);
      engine.close();
      post({ kind: "closed" });
      port.close();
    }
  });

  function post(message: FromWorker): void {
    port.postMessage(message);
  }

  post({ kind: "open" });
}

if (parentPort) {
  try {
    serve(parentPort, (workerData as { file: string }).file);
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    parentPort.postMessage({ kind: "refused", message: error.message } satisfies FromWorker);
    parentPort.close();
  }
}
