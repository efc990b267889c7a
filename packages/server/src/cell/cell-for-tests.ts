// For tests only: a cell on a folder and a clock of the test's own, with a store in memory. The folder goes with the test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type OperatorTexts, openSeal } from "@assent/protocol";
import { type LiveCell, openLiveCell } from "./live-cell.ts";
import type { CellStore, StoredCell } from "./store.ts";

export interface CellForTests {
  /** Of its keys. */
  readonly folder: string;
  /** Where its clock is moved. */
  readonly clock: { nowMs: number };
  readonly store: MemoryCellStore;
  /** Starts it, or starts it again. */
  open(offers?: {
    readonly origins?: readonly string[];
    readonly operator?: OperatorTexts;
    readonly sendsPushes?: boolean;
    readonly relaysSms?: boolean;
  }): Promise<LiveCell>;
}

/** All that was ever kept stays to be seen. */
export interface MemoryCellStore extends CellStore {
  readonly kept: StoredCell[];
}

export const nothingSaid: OperatorTexts = { name: "", imprint: "", policySupplement: "" };

export async function makeTestCell(context: TestContext): Promise<CellForTests> {
  const parent = await mkdtemp(join(tmpdir(), "assent-cell-"));
  context.after(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, "keys");
  const clock = { nowMs: Date.UTC(2030, 0, 1) };
  const store = createMemoryCellStore();
  return {
    folder,
    clock,
    store,
    open: ({ origins = [], operator = nothingSaid, ...offered } = {}) =>
      openLiveCell({
        keysDirectory: folder,
        store,
        openSealed: openSeal,
        offers: {
          origins,
          operator,
          isInviteOnly: false,
          end: undefined,
          sendsPushes: offered.sendsPushes ?? false,
          relaysSms: offered.relaysSms ?? false,
          evaluationsAtFirst: 2_000,
          evaluationsPerDay: 100,
        },
        now: () => clock.nowMs,
        stampMs: () => clock.nowMs,
      }),
  };
}

export function createMemoryCellStore(): MemoryCellStore {
  const kept: StoredCell[] = [];
  return {
    kept,
    cell: async () => kept.at(-1),
    async keep(cell) {
      kept.push(cell);
    },
  };
}
