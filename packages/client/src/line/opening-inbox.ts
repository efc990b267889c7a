// The inbox of this device, as the line takes from it: what the service is told first, where the device was set back, and what is
// fetched anew before anything is taken.
import { AssentError } from "@assent/protocol";
import type { BeginningAnew } from "../account/beginning-anew.ts";
import type { Cells } from "../account/cells.ts";
import { isRestartDue } from "../account/restart-due.ts";
import type { Self } from "../account/self.ts";
import type { Inbox } from "../egress/inbox.ts";

export interface OpeningInbox extends BeginningAnew {
  readonly cells: Cells;
}

/** Of a device that has to begin anew, the one that it begins with. @param until gives up where nobody waits any more */
export async function openInboxOf(
  parts: OpeningInbox,
  self: Self,
  until?: AbortSignal,
): Promise<Inbox> {
  const inbox = await openInboxAsItIs(parts, self, until);
  if (!isRestartDue(parts.state.current, parts.now())) return inbox;
  // What does not come is asked for again with the next connection. What waits can be taken meanwhile.
  const beginning = await import("../account/beginning-anew.ts").catch(() => undefined);
  if (!beginning) return inbox;
  try {
    if (!(await beginning.beginAnew(parts, self, inbox.ready.generation))) return inbox;
  } catch (error) {
    // So is what was refused.
    if (error instanceof AssentError && error.code !== "unreachable") return inbox;
    inbox.close();
    throw error;
  }
  inbox.close();
  return openInboxAsItIs(parts, self, until);
}

/** Fetches the cell's parameters where they are others now: before anything is taken. */
export async function openInboxAsItIs(
  { cells, signedRequests }: OpeningInbox,
  self: Self,
  until?: AbortSignal,
): Promise<Inbox> {
  const inbox = await cells.whereItIs((cell) => signedRequests.openInbox({ ...self, cell }, until));
  try {
    const { certificateNumber, parametersSequence } = inbox.ready;
    await cells.catchUp(certificateNumber, parametersSequence);
    return inbox;
  } catch (error) {
    inbox.close();
    throw error;
  }
}
