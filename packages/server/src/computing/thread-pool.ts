// A few threads that compute what would hold up everybody else. Each does one task at a time; tasks wait in one row, which
// is as long as those who are admitted make it (limits/admission.ts). A thread starts with the first task it is needed for.
import { Worker } from "node:worker_threads";

export interface ThreadPool<Task, Answer> {
  /** Rejects where the thread that had it failed, or the pool was closed: nothing is known of the answer then. */
  run(task: Task): Promise<Answer>;
  close(): Promise<void>;
}

/** What a thread says of a task. */
export type FromThread<Answer> =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failed" };

/** A thread could not do what it was asked. */
export class ComputingFailed extends Error {
  override readonly name = "ComputingFailed";
}

interface Waiting<Task, Answer> {
  readonly task: Task;
  readonly answered: PromiseWithResolvers<Answer>;
}

interface Thread<Task, Answer> {
  readonly worker: Worker;
  current: Waiting<Task, Answer> | undefined;
}

/** @param script whose port takes tasks and posts a `FromThread` for each, in their order */
export function createThreadPool<Task, Answer>(parts: {
  readonly name: string;
  readonly script: URL;
  readonly threads: number;
}): ThreadPool<Task, Answer> {
  const row: Waiting<Task, Answer>[] = [];
  const threads = new Set<Thread<Task, Answer>>();
  let isClosed = false;

  function start(): Thread<Task, Answer> {
    const worker = new Worker(parts.script, { name: parts.name });
    const thread: Thread<Task, Answer> = { worker, current: undefined };
    threads.add(thread);
    worker.on("message", (message: FromThread<Answer>) => {
      const { current } = thread;
      thread.current = undefined;
      if (message.kind === "answer") current?.answered.resolve(message.answer);
      else current?.answered.reject(new ComputingFailed("the task failed"));
      give(thread);
    });
    worker.on("error", (cause) => lost(thread, cause));
    worker.on("exit", () => lost(thread, undefined));
    return thread;
  }

  // The next task gets a thread of its own again.
  function lost(thread: Thread<Task, Answer>, cause: unknown): void {
    if (!threads.delete(thread)) return;
    thread.current?.answered.reject(new ComputingFailed("the thread ended", { cause }));
    if (row.length > 0 && !isClosed) give(start());
  }

  function give(thread: Thread<Task, Answer>): void {
    const next = row.shift();
    thread.current = next;
    if (next) {
      thread.worker.ref();
      thread.worker.postMessage(next.task);
    } else {
      // A thread with nothing to do keeps no process alive.
      thread.worker.unref();
    }
  }

  return {
    run(task) {
      if (isClosed) return Promise.reject(new ComputingFailed("closed"));
      const answered = Promise.withResolvers<Answer>();
      row.push({ task, answered });
      const idle = [...threads].find(({ current }) => current === undefined);
      if (idle) give(idle);
      else if (threads.size < parts.threads) give(start());
      return answered.promise;
    },

    async close() {
      isClosed = true;
      for (const { answered } of row.splice(0)) answered.reject(new ComputingFailed("closed"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
