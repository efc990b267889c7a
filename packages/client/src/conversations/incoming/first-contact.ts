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
import { isOver } from "../../clock/elapsed.ts";
import { randomTextId } from "../../content/content.ts";
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
  SeenSchema,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { receivedText, requestThread } from "../history/messages.ts";
import { droppedRequest } from "../history/requests.ts";
import { namedPeers, trustedWith } from "../people/peer-devices.ts";
import { conversationIdWith, isConfirmed, manifestOf, personKey } from "../people/person.ts";

const day = 86_400_000;

interface FromSomebody {
  readonly accountId: AccountId;
  readonly number: PhoneNumber;
  readonly person: Person;
  /** The KeyPackage that was used, gone; and what follows from the number. */
  readonly changes: Change[];
}

interface Opened extends FromSomebody {
  readonly state: GroupState;
}

/** It is from whom it says, and for a KeyPackage that this device does not have, or to a group it does not join. */
interface NotOpened extends FromSomebody {
  readonly state?: never;
}

/** Undefined where it is not from whom it says: it is then as if it had not come. */
export async function checkFirstContact(
  step: Step,
  encryption: Encryption,
  self: Self,
  contact: FirstContact,
): Promise<Opened | NotOpened | undefined> {
  const manifest = contact.senderManifest && (await openManifest(contact.senderManifest));
  const evaluated = manifest && (await evaluatedNumber(self, contact));
  if (!manifest || !evaluated || contact.envelopeKey.length !== envelopeKeyLength) return undefined;
  const accountId = accountIdOf(manifest.rootKey);
  const conversationId = conversationIdWith(self, accountId);
  if (!equalBytes(contact.conversationId, conversationId)) return undefined;
  const known = await step.get("people", personKey(accountId));
  // Neither another number for an account one knows, nor an older list of its devices.
  const isAnother =
    known !== undefined &&
    (known.number !== evaluated.number || manifestOf(known).version > manifest.version);
  // What was made of one that did not open may be anybody's: one that opens takes its place.
  if (isAnother && !isUnproven(known)) return undefined;
  const number = await step.get("numbers", evaluated.number);
  const before = isAnother ? undefined : known;
  const sender: NotOpened = {
    accountId,
    number: evaluated.number,
    person: personOf(before, evaluated.number, manifest, contact),
    changes: [put("numbers", evaluated.number, withEvaluated(number, evaluated.keys))],
  };
  const notJoined = isAnother ? undefined : sender;
  const keyPackage = await ownKeyPackage(step, encryption.keyPackageRefsOf(contact.welcome));
  if (!keyPackage) return notJoined;
  try {
    const trusted = trustedWith(self, sender.person);
    const state = await encryption.join(self.device, contact.welcome, keyPackage.record, trusted);
    const used = keyPackage.record.lastResort ? [] : [remove("keyPackages", keyPackage.ref)];
    const displaced = isAnother ? await droppedRequest(step, personKey(accountId)) : [];
    return { ...sender, state, changes: [...displaced, ...used, ...sender.changes] };
  } catch (error) {
    if (error instanceof EncryptionRefused) return notJoined;
    throw error;
  }
}

/** They wrote, and it is not known what: shown as such where their number is theirs, at most once a day. */
export async function notOpened(
  step: Step,
  { accountId, number, person, changes }: NotOpened,
  nowMs: number,
): Promise<Change[]> {
  const accountKey = personKey(accountId);
  const seenKey = `u${accountKey}`;
  const last = Number((await step.get("seen", seenKey))?.atMs ?? 0);
  if ((await step.get("numbers", number))?.blocked || !isOver(last, day, nowMs)) return [];
  const fields = {
    id: randomTextId(),
    number,
    text: "",
    sentAtMs: BigInt(nowMs),
    senderAccountId: new Uint8Array(accountId),
    notOpened: true,
  };
  const where = isConfirmed(person) ? {} : { thread: requestThread(accountKey) };
  return [
    ...changes,
    put("people", accountKey, person),
    put("seen", seenKey, create(SeenSchema, { atMs: BigInt(nowMs) })),
    ...(await receivedText(step, fields, nowMs, where)),
  ];
}

/** Nothing of theirs was opened, and no record said that the number is theirs. */
function isUnproven({ standing, groups }: Person): boolean {
  return standing === Standing.UNCONFIRMED && groups.length === 0;
}

function personOf(
  known: Person | undefined,
  number: PhoneNumber,
  manifest: Manifest,
  contact: FirstContact,
): Person {
  const manifestEncoded = toBinary(SignedSchema, contact.senderManifest ?? create(SignedSchema));
  const devices = namedPeers(manifest, known?.devices);
  return known
    ? { ...known, manifestEncoded, devices }
    : create(PersonSchema, { number, rootKey: manifest.rootKey, manifestEncoded, devices });
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
