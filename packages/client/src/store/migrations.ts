// What a profile of an earlier format is made into, in one commit, before anything reads it. A profile is trusted as far as
// its own device is: what cannot be read as a record of its format is damaged.
import { AssentError } from "@assent/protocol";
import { fromFormat2 } from "./from-format-2.ts";
import { fromFormat3, type SplitState } from "./from-format-3.ts";
import { fromFormat4, type ReadingFormat4 } from "./from-format-4.ts";
import { fromFormat5 } from "./from-format-5.ts";
import { put, Records } from "./records.ts";
import type { Store } from "./store.ts";

/** Of what a profile keeps, and how. One of a later format is not read. */
export const profileFormat = 6;
const oldestFormat = 2;
// What versions that wrote formats 2 and 3 understood of contents: texts, what became of them, requests to send them again.
const contentVersionBefore = 1;

/** What rooms above this one know of what they stored in earlier formats. */
export interface ReadingFormer extends ReadingFormat4 {
  /** Of groups that were stored in one piece. */
  readonly split: SplitState;
}

/**
 * @throws AssentError profile_unreadable where the profile is of a format that this version does not know.
 */
export async function migrate(store: Store, reading: ReadingFormer): Promise<void> {
  const records = new Records(store);
  await records.step(async (step) => {
    const state = await step.get("profile", "state");
    if (!state || state.format === profileFormat) return;
    if (state.format < oldestFormat || state.format > profileFormat) {
      throw new AssentError("profile_unreadable");
    }
    if (state.format < 3) await fromFormat2(step);
    if (state.format < 4) await fromFormat3(step, store, reading.split);
    if (state.format < 5) await fromFormat4(step, store, reading);
    await fromFormat5(step);
    const contentVersion = state.format < 4 ? contentVersionBefore : state.contentVersion;
    step.add([put("profile", "state", { ...state, format: profileFormat, contentVersion })]);
  });
}
