// What the service holds: the rows of its own store, asked for again and again while somebody looks. A service that does not
// run for development does not answer, and then nothing is shown.
import { createStore } from "zustand";

export type HeldValue = string | number | null | { readonly bytes: number; readonly begin: string };

export interface HeldTable {
  readonly name: string;
  readonly rows: number;
  readonly newest: readonly Readonly<Record<string, HeldValue>>[];
}

/** A table, and how many of its rows were deleted or came since it was last asked for. */
export interface FollowedTable extends HeldTable {
  readonly deleted: number;
  readonly added: number;
}

const pollMs = 500;
// Rows that went are shown going for as long.
const goingMs = 2_600;

export class HeldRows {
  readonly tables = createStore<readonly FollowedTable[]>(() => []);
  readonly #changes = new Map<string, { readonly by: number; readonly until: number }>();

  follow(): () => void {
    const timer = setInterval(() => void this.#read(), pollMs);
    void this.#read();
    return () => clearInterval(timer);
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const held = await heldNow();
    if (!held) return;
    const now = Date.now();
    const before = new Map(this.tables.getState().map(({ name, rows }) => [name, rows]));
    for (const { name, rows } of held) {
      const by = rows - (before.get(name) ?? rows);
      if (by !== 0) this.#changes.set(name, { by, until: now + goingMs });
    }
    const tables = held.map((table) => {
      const change = this.#changes.get(table.name);
      const by = change && change.until > now ? change.by : 0;
      return { ...table, deleted: Math.max(-by, 0), added: Math.max(by, 0) };
    });
    this.tables.setState(tables, true);
  }
}

async function heldNow(): Promise<readonly HeldTable[] | undefined> {
  try {
    const answer = await fetch("/demo/held");
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
