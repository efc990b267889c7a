// Starts the phone's worker before anything else of the page: a script of its own, which waits for no other
// (vite.config.ts), so that phone and page are loaded side by side. Nothing leaves by it.
import workerUrl from "./phone.worker.ts?worker&url";
import { scriptUrl } from "./trusted-scripts.ts";

export interface StartedWorker {
  readonly worker: Worker;
  /** Resolves where its code did not come, or ended: it answers nothing any more. */
  readonly died: Promise<void>;
}

const worker = new Worker(scriptUrl(workerUrl), { type: "module", name: "phone" });

export const started: StartedWorker = {
  worker,
  died: new Promise((resolve) => worker.addEventListener("error", () => resolve())),
};

// What it shares with the page stands here, too: a script that the page's own parts import would have to wait for them.
export { scriptUrl };
