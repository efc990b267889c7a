// Reading that nobody waits for, because something changed. Where another tab has the phone by then, nothing is read any more:
// that was said by the announcement that it is taken over.
import { codeOf } from "./error-code.ts";

export function untilTakenOver(reading: Promise<unknown>): void {
  reading.catch((error: unknown) => {
    if (codeOf(error) !== "profile_in_use") throw error;
  });
}
