// Loaded before all else into a process whose memory is measured: at SIGUSR2 it collects garbage, in each of its threads.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BroadcastChannel, isMainThread } from "node:worker_threads";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const threads = new BroadcastChannel("collect garbage");
threads.unref();
threads.onmessage = () => collect();
if (isMainThread) {
  process.on("SIGUSR2", () => {
    threads.postMessage(undefined);
    collect();
  });
}
