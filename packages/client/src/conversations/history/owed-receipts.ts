// What is owed to whoever wrote: that their text came and, with the owner's consent for that, that it was read. Owed until
// the service has it: an envelope that is given up owes again what was in it.
import { hex, type Purpose } from "@assent/protocol";
import { type OutgoingEnvelope, point, remove, type Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { queuedAgainWith } from "./deliveries.ts";

// Stands before the id of a text that was read; ids are hexadecimal.
const readMark = "r";

/** What is owed to whoever wrote: that their text came. */
export function deliveredReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${id}`, id);
}

/** And, with the owner's consent for that, that it was read. */
export function readReceipt(accountKey: string, id: string): Change {
  return point("receipts", `${accountKey}/${readMark}${id}`, id);
}

/** What the owner has to have said yes to, that a receipt under this key may leave. */
export function purposeOfReceipt(key: string): Purpose {
  return key.includes(`/${readMark}`) ? "receipts" : "service";
}

/** How an envelope names a receipt in it: the key without whom it is owed to. */
export function nameOfReceipt(key: string): string {
  return key.slice(key.indexOf("/") + 1);
}

/**
 * An envelope that does not go out: its text is queued again, before all behind it, and its receipts are owed.
 * @param isOut whether it may have gone out before.
 */
export async function givenUp(
  step: Step,
  key: string,
  envelope: OutgoingEnvelope,
  isOut = true,
): Promise<Change[]> {
  const { accountId, receipts } = envelope;
  return [
    remove("outgoing", key),
    ...(await queuedAgainWith(step, envelope, isOut)),
    ...receipts.map((name) => {
      const id = name.startsWith(readMark) ? name.slice(readMark.length) : name;
      return point("receipts", `${hex(accountId)}/${name}`, id);
    }),
  ];
}

/** Read receipts that were not sent, sealed or not: their owner no longer wants to send any. */
export async function withheldReadReceipts(step: Step): Promise<Change[]> {
  const owed = (await step.keys("receipts")).filter((key) => purposeOfReceipt(key) === "receipts");
  const sealed = (await step.list("outgoing")).filter(
    ({ record }) => record.purpose === "receipts",
  );
  return [
    ...owed.map((key) => remove("receipts", key)),
    ...sealed.map(({ key }) => remove("outgoing", key)),
  ];
}
