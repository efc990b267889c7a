// What the bench can ask inside a page, from outside of it (probe.dom.ts).
import type { Page } from "playwright-core";

export interface Probe {
  /** First contentful paint since navigation started, once there was one. */
  firstPaintMs(): Promise<number>;
  /** When, since navigation started, an element of this kind was there and drawn. */
  shownMs(selector: string): Promise<number>;
  /** Milliseconds until a screen that was asked for by its address has drawn its heading. */
  openScreen(hash: string): Promise<number>;
  /** From the click on a row of the list until the newest text of its thread is drawn. */
  openThread(row: number, newestText: string): Promise<number>;
  /** From each key that was pressed until the frame that followed, since the last call. */
  takeLatenciesMs(): Promise<number[]>;
}

export function ask<K extends keyof Probe>(
  page: Page,
  question: K,
  ...args: Parameters<Probe[K]>
): ReturnType<Probe[K]> {
  const asked = `assentBench.${question}(...${JSON.stringify(args)})`;
  return page.evaluate(asked) as ReturnType<Probe[K]>;
}
