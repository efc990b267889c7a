// Whom the owner blocked, and addresses that were spoiled. It holds on this device at once; the service, which then drops
// what comes through those addresses, is told as soon as the inbox can be opened.
import { AssentError, bytesFromHex, limits, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Inbox } from "../../egress/inbox.ts";
import {
  NumberRecordSchema,
  put,
  type Records,
  type RecordsReader,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { isDropped } from "./addresses.ts";
import { personKey } from "./person.ts";

/** Blocks or unblocks a number here. Whether there is anything to tell the service. */
export function setBlocked(
  records: Records,
  number: PhoneNumber,
  blocked: boolean,
): Promise<boolean> {
  return records.step(async (step) => {
    const record = (await step.get("numbers", number)) ?? create(NumberRecordSchema);
    const blockUntold = (await serialsGivenTo(step, number)).length > 0;
    step.add([put("numbers", number, { ...record, blocked, blockUntold })]);
    if (record.blocked && !blocked) step.add(await noneMissed(step, number));
    if (blocked) step.add(await nothingOwed(step, number));
    return blockUntold;
  });
}

/** What they wrote while they were blocked was dropped: their next message says that it is behind, and nobody is told. */
async function noneMissed(step: Step, number: string): Promise<Change[]> {
  const people = await step.list("people");
  return people
    .filter(({ record }) => record.number === number)
    .map(({ key, record }) => put("people", key, { ...record, unblocked: true }));
}

/** What came from them is not receipted any more. */
async function nothingOwed(step: Step, number: string): Promise<Change[]> {
  const changes: Change[] = [];
  for (const account of await accountsOf(step, number))
    for (const { key } of await step.pointers("receipts", { prefix: `${account}/` }))
      changes.push(remove("receipts", key));
  return changes;
}

/** Tells the service what it does not know yet; each number and address is told again until it answered. */
export async function tellBlocked(records: Records, inbox: Inbox): Promise<void> {
  await tellDropped(records, inbox);
  for (const { key: number, record } of await records.list("numbers")) {
    if (!record.blockUntold) continue;
    await tell(inbox, await serialsGivenTo(records, number), record.blocked);
    await records.step(async (step) => {
      const current = await step.get("numbers", number);
      // Blocked or unblocked meanwhile, and not told.
      if (current?.blocked !== record.blocked) return;
      step.add([put("numbers", number, { ...current, blockUntold: false })]);
    });
  }
}

async function tellDropped(records: Records, inbox: Inbox): Promise<void> {
  const untold = (await records.list("given")).filter(({ record }) => record.dropUntold);
  const serials = untold.map(({ key }) => bytesFromHex(key));
  await tell(inbox, serials, true);
  await records.step(async (step) => {
    for (const { key } of untold) {
      const given = await step.get("given", key);
      if (given) step.add([put("given", key, { ...given, dropUntold: false })]);
    }
  });
}

async function tell(inbox: Inbox, serials: readonly Uint8Array[], blocked: boolean): Promise<void> {
  try {
    for (let start = 0; start < serials.length; start += limits.addressesPerBlock) {
      const part = serials.slice(start, start + limits.addressesPerBlock);
      await inbox.blockAddresses({ block: blocked ? part : [], unblock: blocked ? [] : part });
    }
  } catch (error) {
    // Refused for good, as when more are blocked than it keeps: it holds here, and nothing else may stop for it.
    if (!(error instanceof AssentError) || error.retry !== "never") throw error;
  }
}

/** The serials of the addresses that whoever wrote under a number was given, but spoiled ones: those stay blocked. */
async function serialsGivenTo(
  records: RecordsReader,
  number: string,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const accounts = await accountsOf(records, number);
  const given = await records.list("given");
  return given
    .filter(({ record }) => accounts.has(personKey(record.accountId)) && !isDropped(record))
    .map(({ key }) => bytesFromHex(key));
}

/** The accounts that wrote under a number. */
async function accountsOf(records: RecordsReader, number: string): Promise<Set<string>> {
  const people = await records.list("people");
  return new Set(people.filter(({ record }) => record.number === number).map(({ key }) => key));
}
