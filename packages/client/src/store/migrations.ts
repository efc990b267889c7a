// What a profile of an earlier format is made into, in one commit, before anything reads it. A profile is trusted as far as
// its own device is: what cannot be read as a record of its format is damaged.
import { AssentError } from "@assent/protocol";
import type { ReadingFormer } from "./former-formats.ts";
import { put, Records } from "./records.ts";
import type { Store } from "./store.ts";

/** Of what a profile keeps, and how. One of a later format is not read. */
export const profileFormat = 6;
const oldestFormat = 2;

/**
 * @throws AssentError profile_unreadable where the profile is of a format that this version does not know.
 */
export async function migrate(store: Store, reading: ReadingFormer): Promise<void> {
  const records = new Records(store);
  const { format } = (await records.get("profile", "state")) ?? { format: profileFormat };
  if (format === profileFormat) return;
  if (format < oldestFormat || format > profileFormat) throw new AssentError("profile_unreadable");
  // Needed once after an update, and at no other start.
  const { fromFormer } = await import("./former-formats.ts");
  await records.step(async (step) => {
    const state = await step.get("profile", "state");
    if (!state) throw new AssentError("profile_unreadable");
    const contentVersion = await fromFormer(state, step, store, reading);
    step.add([put("profile", "state", { ...state, format: profileFormat, contentVersion })]);
  });
}
