// What the bench asks inside a page: runs there before any script of the page, and changes nothing of it.
import type { Probe } from "./probe.ts";

/** Resolves after the next frame is drawn, with the time since navigation started. */
function painted(): Promise<number> {
  return new Promise((resolve) =>
    requestAnimationFrame(() => {
      // A message is handled once the frame's own work, layout and paint, is done.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(undefined);
    }),
  );
}

/** Resolves when there is an element of this kind that fits. */
function appeared(selector: string, fits = (_: Element) => true): Promise<void> {
  const isThere = () => [...document.querySelectorAll(selector)].some(fits);
  return new Promise((resolve) => {
    if (isThere()) return resolve();
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
}

const latenciesMs: number[] = [];
const headingOfScreen = ".pane:last-child h1";

addEventListener(
  "keydown",
  ({ timeStamp }) => void painted().then((shownAt) => latenciesMs.push(shownAt - timeStamp)),
  { capture: true },
);

const probe: Probe = {
  firstPaintMs: () =>
    new Promise((resolve) => {
      new PerformanceObserver((list) => {
        const [paint] = list.getEntriesByName("first-contentful-paint");
        if (paint) resolve(paint.startTime);
      }).observe({ type: "paint", buffered: true });
    }),

  shownMs: async (selector) => {
    await appeared(selector);
    return painted();
  },

  openThread: async (row, newestText) => {
    const start = performance.now();
    document.querySelector<HTMLElement>(`[data-row="${row}"]`)?.click();
    await appeared(
      '[role="log"] .bubble-words',
      (text) => text.textContent?.endsWith(newestText) ?? false,
    );
    return (await painted()) - start;
  },

  openScreen: async (hash) => {
    const before = document.querySelector(headingOfScreen);
    const start = performance.now();
    location.hash = hash;
    await appeared(headingOfScreen, (heading) => heading !== before);
    return (await painted()) - start;
  },

  takeLatenciesMs: async () => latenciesMs.splice(0),
};

Object.assign(globalThis, { assentBench: probe });
