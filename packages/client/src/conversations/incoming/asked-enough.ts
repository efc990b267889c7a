// How much is asked of somebody who takes none of it. What cannot be read is asked for again, and each question waits until their
// mailbox has room: whoever sends on, and takes nothing, would have this phone keep questions without end, and go through all of
// them whenever it sends.
import { equalBytes } from "@assent/protocol";
import type { Step } from "../../store/records.ts";

// Far more than an honest phone leaves while it sends: it takes what waits first.
const mostWaiting = 200;

/** Whether so much that is no text waits to be put for an account that no question is added. */
export async function isAskedEnough(step: Step, accountId: Uint8Array): Promise<boolean> {
  const sealed = await step.list("outgoing");
  const waiting = sealed.filter(
    ({ record }) => record.text === "" && equalBytes(record.accountId, accountId),
  );
  return waiting.length >= mostWaiting;
}
