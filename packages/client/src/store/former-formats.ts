// The way from each earlier format to this one, format by format. Loaded where a profile is of one.
import { fromFormat2 } from "./from-format-2.ts";
import { fromFormat3, type SplitState } from "./from-format-3.ts";
import { fromFormat4, type ReadingFormat4 } from "./from-format-4.ts";
import { fromFormat5 } from "./from-format-5.ts";
import type { ProfileState, Step } from "./records.ts";
import type { Store } from "./store.ts";

/** What rooms above this one know of what they stored in earlier formats. */
export interface ReadingFormer extends ReadingFormat4 {
  /** Of groups that were stored in one piece. */
  readonly split: SplitState;
}

// What versions that wrote formats 2 and 3 understood of contents: texts, what became of them, requests to send them again.
const contentVersionBefore = 1;

/** Makes all but the state into what it is now. Returns which version of contents the profile was written by. */
export async function fromFormer(
  { format, contentVersion }: ProfileState,
  step: Step,
  store: Store,
  reading: ReadingFormer,
): Promise<number> {
  if (format < 3) await fromFormat2(step);
  if (format < 4) await fromFormat3(step, store, reading.split);
  if (format < 5) await fromFormat4(step, store, reading);
  await fromFormat5(step);
  return format < 4 ? contentVersionBefore : contentVersion;
}
