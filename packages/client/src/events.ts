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
  const news: News[] = [{ kind: "stored" }];
  let wake: () => void = () => undefined;
  const tell = (item: News) => {
    news.push(item);
    wake();
  };
  const ignore = source.onStored(() => tell({ kind: "stored" }));
  const received = source
    .receive((connected) => tell({ kind: "connection", connected }))
    .then(
      () => tell({ kind: "over" }),
      (error: unknown) => tell({ kind: "over", error }),
    );
  try {
    for (;;) {
      const item = news.shift();
      if (!item) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (item.kind === "connection") {
        yield { type: "connection", connected: item.connected };
      } else {
        for (let handed = await source.showing.next(); handed; handed = await source.showing.next())
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

async function* each(handed: Handed): AsyncGenerator<ShownEvent, void, void> {
  let count = 0;
  try {
    for (const event of handed.events) {
      yield event;
      count += 1;
    }
  } finally {
    await (count === handed.events.length ? handed.shown() : handed.stopped(count));
  }
}
