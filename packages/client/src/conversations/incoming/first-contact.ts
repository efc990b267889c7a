// Whether a first contact is what it says: a number that gives a handle, a manifest that vouches for the
// sender's devices, and a Welcome to a group of exactly those and this one. All of it offline; whether the
// number is really theirs, the record says when the request is opened.
import {
  type AccountId,
  AssentError,
  accountIdOf,
  envelopeKeyLength,
  equalBytes,
  evaluationHasRightLengths,
  type FirstContact,
  type Manifest,
  openManifest,
  type PhoneNumber,
  parseNumber,
  SignedSchema,
  VoprfError,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { type EpochKeys, withEvaluated } from "../../discovery/number-keys.ts";
import {
  type Encryption,
  EncryptionRefused,
  type GroupState,
} from "../../encryption/encryption.ts";
import {
  type KeyPackage,
  type Person,
  PersonSchema,
  put,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { conversationIdWith, devicesOf, manifestOf, personKey } from "../people/people.ts";

export interface CheckedFirstContact {
  readonly accountId: AccountId;
  readonly number: PhoneNumber;
  readonly person: Person;
  readonly state: GroupState;
  /** The KeyPackage that was used, gone; and what follows from the number. */
  readonly changes: Change[];
}

/** Undefined where anything of it is not right: it is then as if it had not come. */
export async function checkFirstContact(
  step: Step,
  encryption: Encryption,
  self: Self,
  contact: FirstContact,
): Promise<CheckedFirstContact | undefined> {
  const manifest = contact.senderManifest && (await openManifest(contact.senderManifest));
  const evaluated = manifest && (await evaluatedNumber(self, contact));
  if (!manifest || !evaluated || contact.envelopeKey.length !== envelopeKeyLength) return undefined;
  const accountId = accountIdOf(manifest.rootKey);
  const conversationId = conversationIdWith(self, accountId);
  if (!equalBytes(contact.conversationId, conversationId)) return undefined;
  const known = await step.get("people", personKey(accountId));
  // Neither another number for an account one knows, nor an older list of its devices.
  if (known && known.number !== evaluated.number) return undefined;
  if (known && manifestOf(known).version > manifest.version) return undefined;
  const keyPackage = await ownKeyPackage(step, encryption.keyPackageRefsOf(contact.welcome));
  if (!keyPackage) return undefined;
  try {
    const trusted = [self.device, ...devicesOf(manifest)];
    const state = await encryption.join(self.device, contact.welcome, keyPackage.record, trusted);
    const number = await step.get("numbers", evaluated.number);
    return {
      accountId,
      number: evaluated.number,
      person: personOf(known, evaluated.number, manifest, contact),
      state,
      changes: [
        ...(keyPackage.record.lastResort ? [] : [remove("keyPackages", keyPackage.ref)]),
        put("numbers", evaluated.number, withEvaluated(number, evaluated.keys)),
      ],
    };
  } catch (error) {
    if (error instanceof EncryptionRefused) return undefined;
    throw error;
  }
}

function personOf(
  known: Person | undefined,
  number: PhoneNumber,
  manifest: Manifest,
  contact: FirstContact,
): Person {
  const manifestEncoded = toBinary(SignedSchema, contact.senderManifest ?? create(SignedSchema));
  return known
    ? { ...known, manifestEncoded }
    : create(PersonSchema, { number, rootKey: manifest.rootKey, manifestEncoded });
}

/** The sender's number, where its evaluation holds under the cell's key of the epoch that it names. */
async function evaluatedNumber(
  self: Self,
  { sender }: FirstContact,
): Promise<{ number: PhoneNumber; keys: EpochKeys } | undefined> {
  const evaluation = sender?.evaluation;
  const voprfKey = evaluation && self.cell.voprfKeyOf(evaluation.voprfEpoch);
  if (!voprfKey || !evaluationHasRightLengths(evaluation)) return undefined;
  try {
    const number = parseNumber(sender.number);
    if (number !== sender.number) return undefined;
    const { keysOfEvaluatedNumber } = await import("@assent/protocol/evaluated-number");
    const keys = keysOfEvaluatedNumber(voprfKey.publicKey, number, evaluation);
    return { number, keys: { ...keys, voprfEpoch: evaluation.voprfEpoch } };
  } catch (error) {
    if (error instanceof VoprfError || error instanceof AssentError) return undefined;
    throw error;
  }
}

async function ownKeyPackage(
  step: Step,
  refs: readonly string[],
): Promise<{ ref: string; record: KeyPackage } | undefined> {
  for (const ref of refs) {
    const record = await step.get("keyPackages", ref);
    if (record) return { ref, record };
  }
  return undefined;
}
