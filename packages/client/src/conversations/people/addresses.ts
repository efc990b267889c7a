// Addresses of this device, given to one person each. Capabilities for them are minted ahead, while the inbox
// is open, so that giving one out needs no connection that says who this is.
import { type Address, AddressSchema, envelopeKeyLength, hex, randomBytes } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { isOver } from "../../clock/elapsed.ts";
import type { Inbox } from "../../egress/inbox.ts";
import {
  type GivenAddress,
  GivenAddressSchema,
  type Person,
  put,
  type Records,
  remove,
  type SpareCapability,
  SpareCapabilitySchema,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";

const spares = 20;
const refillBelow = 10;
const renewAfterDays = 30;
// A phone that was given an address makes nothing through it that cannot be read; a fault of one makes a few.
const mostUnreadable = 64;
const day = 86_400_000;

/** Whether a person should get a new address of this device: they have none, or it is old. */
export function needsAddress(person: Person, nowMs: number): boolean {
  return isOver(person.addressesGivenAtMs, renewAfterDays * day, nowMs);
}

/** An address for one person, and what has to be stored with it; undefined where no capability is spare. */
export async function newAddress(
  step: Step,
  self: Self,
  accountId: Uint8Array,
  nowMs: number,
): Promise<{ readonly address: Address; readonly changes: Change[] } | undefined> {
  for (const { key, record } of await step.list("spare")) {
    if (Number(record.expiresAtMs) < nowMs + renewAfterDays * day) continue;
    const envelopeKey = randomBytes(envelopeKeyLength);
    const address = create(AddressSchema, {
      deviceId: self.device.deviceId,
      cellId: self.cell.id,
      capability: record.capability,
      envelopeKey,
      expiresAtMs: record.expiresAtMs,
    });
    const given = create(GivenAddressSchema, { accountId: new Uint8Array(accountId), envelopeKey });
    return { address, changes: [remove("spare", key), put("given", key, given)] };
  }
  return undefined;
}

/**
 * One more envelope through a full address that cannot be read. Readable ones between them take nothing off: whoever
 * stole the address would be covered by the texts of whom it was given to, and one of those who spoils it by a text now and then.
 */
export function withUnreadable(given: GivenAddress): GivenAddress {
  const counted = { ...given, unreadable: given.unreadable + 1 };
  return { ...counted, dropUntold: isDropped(counted) };
}

/** Whether an address was spoiled: nothing that comes through it is opened any more. */
export function isDropped({ unreadable }: GivenAddress): boolean {
  return unreadable >= mostUnreadable;
}

/** Mints capabilities where few are left, and drops those that are too old to give out. */
export async function refillSpares(records: Records, inbox: Inbox, nowMs: number): Promise<void> {
  const kept = await records.list("spare");
  const isOld = ({ record }: { readonly record: SpareCapability }) =>
    Number(record.expiresAtMs) < nowMs + renewAfterDays * day;
  if (kept.filter((spare) => !isOld(spare)).length >= refillBelow) return;
  const minted = await inbox.mintCapabilities(spares);
  await records.commit([
    ...kept.filter(isOld).map(({ key }) => remove("spare", key)),
    ...minted.map(({ serial, capability, expiresAtMs }) =>
      put("spare", hex(serial), create(SpareCapabilitySchema, { capability, expiresAtMs })),
    ),
  ]);
}
