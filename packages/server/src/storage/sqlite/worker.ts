// The storage thread: runs each message of calls as one transaction, answers it, and takes what was deleted off the
// disk when it is quiet.
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { BackupProgress } from "../../operating/store.ts";
import { StartRefused } from "../../start-refused.ts";
import { type Answer, type Call, type Copied, openEngine } from "./engine.ts";

export type ToWorker = readonly Call[] | { readonly copyTo: string } | ("give up copy" | "close");
export type FromWorker =
  | { readonly kind: "open" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "answers"; readonly answers: readonly Answer[] }
  | { readonly kind: "copying"; readonly progress: BackupProgress }
  | { readonly kind: "copy ended"; readonly how: Copied }
  | { readonly kind: "closed" };

export interface WorkerData {
  readonly file: string;
  readonly mostPages: number | undefined;
}

// Deleted bytes leave the disk when a second passed without a call, and after half a minute of calls at most.
// One timer runs while there is something to purge, however many calls there are.
const quietMs = 1_000;
const ticksAtMost = 30;

function serve(port: MessagePort, { file, mostPages }: WorkerData): void {
  const engine = openEngine(file, mostPages);
  let purgeTimer: NodeJS.Timeout | undefined;
  let callsSinceTick = false;
  let ticks = 0;

  function tick(): void {
    purgeTimer = undefined;
    ticks += 1;
    if (!callsSinceTick || ticks >= ticksAtMost) {
      engine.purge();
      ticks = 0;
      endIfFailed();
    }
    callsSinceTick = false;
    armPurge();
  }

  function armPurge(): void {
    if (engine.hasRemains) purgeTimer ??= setTimeout(tick, quietMs);
  }

  port.on("message", (message: ToWorker) => {
    if (message === "close") {
      clearTimeout(purgeTimer);
      engine.close();
      post({ kind: "closed" });
      port.close();
      return;
    }
    if (message === "give up copy") {
      engine.giveUpCopy();
      return;
    }
    if ("copyTo" in message) {
      void engine
        .copyTo(message.copyTo, (progress) => post({ kind: "copying", progress }))
        .then((how) => post({ kind: "copy ended", how }));
      return;
    }
    post({ kind: "answers", answers: engine.run(message) });
    endIfFailed();
    callsSinceTick = true;
    armPurge();
  });

  function post(message: FromWorker): void {
    port.postMessage(message);
  }

  // The thread ends, and the process with it.
  function endIfFailed(): void {
    if (engine.failed !== undefined) throw engine.failed;
  }

  endIfFailed();
  post({ kind: "open" });
}

if (parentPort) {
  try {
    serve(parentPort, workerData as WorkerData);
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    parentPort.postMessage({ kind: "refused", message: error.message } satisfies FromWorker);
    parentPort.close();
  }
}
