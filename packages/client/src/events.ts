// What a program hears of its profile, in order: texts and what became of them, notices, and whether there is a connection.
// Asks for no more than it is asked: events wait in the store until they are.
import type { Handed, Showing } from "./conversations/history/showing.ts";
import type { ShownEvent } from "./conversations/history/shown.ts";

export type ProfileEvent =
  | ShownEvent
  | { readonly type: "connection"; readonly connected: boolean };

export interface EventsOptions {
  /** Ends the events when it is aborted. */
  readonly signal?: AbortSignal;
  /** Goes on, over lost connections too; false ends when nothing waits any more. True if left out. */
  readonly follow?: boolean;
}

/** What tells the loop below that it has something to do. */
type News =
  | { readonly kind: "stored" }
  | { readonly kind: "connection"; readonly connected: boolean }
  | { readonly kind: "over"; readonly error?: unknown };

/**
 * What a program has not heard yet, a few items however long it takes to ask: what is stored waits in the store, and of a
 * connection that came and went meanwhile the last is news.
 */
class WaitingNews {
  #items: News[] = [{ kind: "stored" }];
  #wake: () => void = () => undefined;

  tell(item: News): void {
    const isStored = this.#items.some(({ kind }) => kind === "stored");
    if (item.kind === "connection") this.#items = isStored ? [{ kind: "stored" }] : [];
    if (item.kind !== "stored" || this.#items.at(-1)?.kind !== "stored") this.#items.push(item);
    this.#wake();
  }

  async next(): Promise<News> {
    for (;;) {
      const item = this.#items.shift();
      if (item) return item;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

export interface EventsParts {
  readonly showing: Showing;
  /** Takes what comes until that is over; rejects with what ended it. */
  receive(connected: (isConnected: boolean) => void): Promise<void>;
  /** Calls after each commit with something to show. Returns what ends that. */
  onStored(step: () => void): () => void;
  /** Ends the receiving. */
  end(): void;
}

/** An event counts as shown when the next one is asked for. */
export async function* eventsFrom(source: EventsParts): AsyncGenerator<ProfileEvent, void, void> {
  const { showing } = source;
  const news = new WaitingNews();
  let heard: boolean | undefined;
  const ignore = source.onStored(() => news.tell({ kind: "stored" }));
  const received = source
    .receive((connected) => news.tell({ kind: "connection", connected }))
    .then(
      () => news.tell({ kind: "over" }),
      (error: unknown) => news.tell({ kind: "over", error }),
    );
  try {
    for (;;) {
      const item = await news.next();
      if (item.kind === "connection") {
        const { connected } = item;
        if (connected !== heard) yield { type: "connection", connected };
        heard = connected;
      } else {
        for (let handed = await showing.next(); handed; handed = await showing.next(handed))
          yield* each(handed);
        if (item.kind === "stored") continue;
        if ("error" in item) throw item.error;
        return;
      }
    }
  } finally {
    ignore();
    source.end();
    await received;
  }
}

/** Whoever asks for no more of them was not shown the rest. */
async function* each(handed: Handed): AsyncGenerator<ShownEvent, void, void> {
  let count = 0;
  try {
    for (const event of handed.events) {
      yield event;
      count += 1;
    }
  } finally {
    if (count < handed.events.length) await handed.stopped(count);
  }
}
