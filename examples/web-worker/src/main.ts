// The page: it asks the phone, which runs in a worker, and shows what it says.
import type { Answer, Question } from "./phone.worker.ts";

const worker = new Worker(new URL("./phone.worker.ts", import.meta.url), { type: "module" });
const status = document.querySelector<HTMLElement>("[role=status]");

worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
  if (status) status.textContent = data.text;
});

document.querySelector("form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  worker.postMessage({ number: String(form.get("number")) } satisfies Question);
});
