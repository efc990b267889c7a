// A person as the owner sees them: what their number can receive, and whether the owner compared the safety number
// with them. Reads and writes this device alone.
import { type PhoneNumber, safetyNumberOf } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { rootKeysOf } from "../account/self.ts";
import { nameOf } from "../contacts/contacts.ts";
import { type Identity, NumberRecordSchema, put, type Records } from "../store/records.ts";
import { personKey } from "./people.ts";
import { type KnownRoute, knownOf } from "./threads.ts";

export interface PersonView {
  readonly number: PhoneNumber;
  readonly name?: string;
  readonly blocked: boolean;
  readonly keyChanged: boolean;
  readonly route: KnownRoute;
  /** Twelve groups of five digits; undefined before the first private text. */
  readonly safetyNumber?: readonly string[];
  /** The owner compared it, and the key is still the one they compared. */
  readonly compared: boolean;
}

/** @param identity the owner's; undefined while private messages are off. */
export async function viewPerson(
  records: Records,
  identity: Identity | undefined,
  number: PhoneNumber,
): Promise<PersonView> {
  const record = await records.get("numbers", number);
  const name = await nameOf(records, number);
  const person = record && (await records.get("people", personKey(record.acceptedAccountId)));
  const isKnown = identity && person?.verified && person.rootKey.length > 0;
  return {
    number,
    ...(name ? { name } : {}),
    ...knownOf(record),
    ...(isKnown
      ? {
          safetyNumber: safetyNumberOf(
            { number: identity.number as PhoneNumber, rootKey: rootKeysOf(identity).publicKey },
            { number, rootKey: person.rootKey },
          ),
        }
      : {}),
  };
}

/** Notes that the owner compared the safety number, or that they no longer vouch for it. */
export async function noteComparison(
  records: Records,
  number: PhoneNumber,
  compared: boolean,
): Promise<void> {
  const record = (await records.get("numbers", number)) ?? create(NumberRecordSchema);
  const comparedAccountId = compared ? record.acceptedAccountId : new Uint8Array();
  await records.commit([put("numbers", number, { ...record, comparedAccountId })]);
}
