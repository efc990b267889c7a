// A person as the owner sees them: what their number can receive, and whether the owner compared the safety number
// with them. Reads and writes this device alone.
import { equalBytes, type PhoneNumber, safetyNumberOf } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { rootKeysOf } from "../../account/self.ts";
import { nameOf } from "../../contacts/contacts.ts";
import { hasNewKey } from "../../routes/routes.ts";
import {
  type Identity,
  type NumberRecord,
  NumberRecordSchema,
  type Records,
} from "../../store/records.ts";
import { isConfirmed, personKey } from "./person.ts";

/** What is known of a number without asking anybody. */
export type KnownRoute = "private" | "sms" | "unchecked";

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
  const isKnown = identity && person && isConfirmed(person) && person.rootKey.length > 0;
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
export function noteComparison(
  records: Records,
  number: PhoneNumber,
  compared: boolean,
): Promise<void> {
  return records.update("numbers", number, (current = create(NumberRecordSchema)) => {
    const comparedAccountId = compared ? current.acceptedAccountId : new Uint8Array();
    return { ...current, comparedAccountId };
  });
}

/** What the owner's device knows of a number by itself. */
export function knownOf(record: NumberRecord | undefined): {
  readonly blocked: boolean;
  readonly keyChanged: boolean;
  readonly route: KnownRoute;
  readonly compared: boolean;
} {
  const isChecked = record !== undefined && record.lookedUpAtMs > 0n;
  const isPrivate = record !== undefined && record.accountId.length > 0;
  return {
    blocked: record?.blocked ?? false,
    keyChanged: record !== undefined && hasNewKey(record),
    route: isPrivate ? "private" : isChecked ? "sms" : "unchecked",
    // While another key has the number, what comes from there is nobody's who was compared.
    compared:
      record !== undefined &&
      !hasNewKey(record) &&
      record.comparedAccountId.length > 0 &&
      equalBytes(record.comparedAccountId, record.acceptedAccountId),
  };
}
