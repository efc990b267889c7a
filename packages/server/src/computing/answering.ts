// The thread's side: does tasks one after the other. What fails says nothing of why: an error may quote what it choked on.
import { parentPort } from "node:worker_threads";
import type { FromThread } from "./thread-pool.ts";

export function answerTasks<Task, Answer>(answerTo: (task: Task) => Promise<Answer>): void {
  const port = parentPort;
  port?.on("message", async (task: Task) => {
    const said: FromThread<Answer> = await answerTo(task).then(
      (answer) => ({ kind: "answer", answer }),
      () => ({ kind: "failed" }),
    );
    port.postMessage(said);
  });
}
