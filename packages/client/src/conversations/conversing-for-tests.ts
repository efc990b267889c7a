// For tests only: what the rooms of conversations work with, where a test says what the service and MLS do.
import { accountIdOf, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { CellForTests, type PhoneForTests, phoneOn, serviceOf } from "../account/cell-for-tests.ts";
import { Cells } from "../account/cells.ts";
import { devicesOf } from "../account/named-devices.ts";
import { rootKeysOf, type Self, selfOf } from "../account/self.ts";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { Discovery } from "../discovery/discovery.ts";
import type { Outbox } from "../egress/outbox.ts";
import type {
  Encryption,
  GroupState,
  MemberDevice,
  StartedGroup,
  TrustedDevice,
} from "../encryption/encryption.ts";
import {
  MessageSchema,
  NumberRecordSchema,
  OutgoingEnvelopeSchema,
  type PeerDevice,
  type Person,
  PersonSchema,
  put,
  type Records,
  Standing,
  TextState,
} from "../store/records.ts";
import { sealedDelivery } from "./history/deliveries.ts";
import type { PostingParts } from "./outgoing/posting.ts";
import { Sealing } from "./outgoing/sealing.ts";
import { newGroup } from "./people/groups.ts";
import { namedPeers, trustedWith } from "./people/peer-devices.ts";
import { manifestOf, personKey } from "./people/person.ts";

export const day = 86_400_000;
export const friendNumber = "+447400654321" as PhoneNumber;

const groupOfTests = new Uint8Array(32).fill(6);

export interface ConversingForTests {
  readonly cell: CellForTests;
  readonly phone: PhoneForTests;
  readonly friend: PhoneForTests;
  readonly records: Records;
  readonly self: Self;
  readonly friendSelf: Self;
  readonly clock: { nowMs: number };
  readonly parts: PostingParts;
  readonly timers: TimersForTests;
  readonly sealing: Sealing;
}

/** A phone that is on, and another that it can be made to know. */
export async function conversing(
  encryption: Partial<Encryption> = {},
): Promise<ConversingForTests> {
  const cell = await CellForTests.make();
  const [phone, friend] = [await phoneOn(cell), await phoneOn(cell, friendNumber)];
  const clock = { nowMs: 1_800_000_000_000 };
  const self = selfOfPhone(phone);
  const timers = new TimersForTests();
  const parts: PostingParts = {
    records: phone.records,
    // Whoever else is in a group, this device is.
    encryption: { membersOf: () => [self.device], ...encryption } as Encryption,
    service: serviceOf({}),
    now: () => clock.nowMs,
    random: () => 0.5,
    timers,
    consentTo: () => "yes",
    discovery: {} as Discovery,
  };
  return {
    cell,
    phone,
    friend,
    records: phone.records,
    self,
    friendSelf: selfOfPhone(friend),
    clock,
    timers,
    parts,
    sealing: new Sealing(parts),
  };
}

function selfOfPhone({ state }: PhoneForTests): Self {
  return selfOf(state.current.identity, new Cells(state, serviceOf({}), () => 1).pinned);
}

/** The state of a group that is none: its parts are this mark alone. */
export function groupStateForTests(groupId: Uint8Array = groupOfTests, mark = 1): GroupState {
  const part = Uint8Array.of(mark);
  return { groupId, tree: part, pastEpochs: part, ratchets: part };
}

/** What leaves a state as it was and a content in clear. */
export const encryptedInClear: Encryption["encrypt"] = async (state, content) => ({
  state,
  destroyUsed: () => undefined,
  message: new Uint8Array(content),
});

/** A group that was begun, of no devices. */
export const startedForTests = async (): Promise<StartedGroup> => ({
  state: groupStateForTests(),
  welcome: new Uint8Array(8),
});

/** The owner of a phone, as another that knows and accepted them has them. */
export function personOf(friend: PhoneForTests, fields: Partial<Person> = {}): Person {
  const { identity } = friend.state.current;
  if (!identity) throw new TypeError("the phone is not on");
  const person = create(PersonSchema, {
    number: identity.number,
    rootKey: rootKeysOf(identity).publicKey,
    manifestEncoded: identity.manifestEncoded,
    standing: Standing.CURRENT,
  });
  return { ...person, devices: namedPeers(manifestOf(person)), ...fields };
}

/** The same person, at an address that each of their devices gave. */
export function addressed(person: Person, fields: Partial<PeerDevice> = {}): Person {
  const address = {
    capability: new Uint8Array(80).fill(2),
    envelopeKey: new Uint8Array(32).fill(3),
    ...fields,
  };
  return { ...person, devices: person.devices.map((device) => ({ ...device, ...address })) };
}

/** All who are in a group of a phone and somebody. */
export function membersWith(self: Self, person: Person): MemberDevice[] {
  return trustedWith(self, person);
}

export function accountIdOfPerson(person: Person): Uint8Array<ArrayBuffer> {
  return new Uint8Array(accountIdOf(person.rootKey));
}

export async function knowing(records: Records, person: Person): Promise<void> {
  await records.commit([put("people", personKey(accountIdOfPerson(person)), person)]);
}

/** Somebody who is written to under the friend's number, in a group of their devices and this one. */
export async function writingWith(
  { records, self, clock }: ConversingForTests,
  person: Person,
): Promise<Person> {
  const accountId = accountIdOfPerson(person);
  const addressesGivenAtMs = BigInt(clock.nowMs);
  const told = { addressesGivenAtMs, manifestToldVersion: self.manifestVersion };
  const known = { ...person, number: friendNumber, groups: [groupOfTests], ...told };
  const number = create(NumberRecordSchema, { accountId, acceptedAccountId: accountId });
  await knowing(records, known);
  await records.commit([
    put("numbers", friendNumber, number),
    ...newGroup(accountId, groupStateForTests(groupOfTests), membersWith(self, person)),
  ]);
  return known;
}

/** The owner of a phone, who is known from now on, and the device that what they write is from. */
export async function knownOwner(
  records: Records,
  phone: PhoneForTests,
): Promise<{ readonly person: Person; readonly device: TrustedDevice }> {
  const person = personOf(phone);
  await knowing(records, person);
  const [device] = devicesOf(manifestOf(person));
  if (!device) throw new TypeError("their manifest names no device");
  return { person, device };
}

/** A text of the owner's to a person, sealed and not sent. Returns its key. */
export async function sealedText(
  records: Records,
  person: Person,
  mark: number,
  fields: {
    readonly bytes?: number;
    readonly isReceipt?: boolean;
    /** Of a text that was sealed before, for another device. */
    readonly alsoOf?: string;
  } = {},
): Promise<string> {
  const accountId = accountIdOfPerson(person);
  const key = fields.alsoOf ?? (await keyBehindAll(records, "messages"));
  const text = create(MessageSchema, {
    id: `01${String(mark).padStart(62, "0")}`,
    number: person.number,
    outgoing: true,
    state: TextState.QUEUED,
    recipientAccountId: accountId,
  });
  const envelope = create(OutgoingEnvelopeSchema, {
    secret: new Uint8Array(32).fill(mark),
    capability: new Uint8Array(80).fill(2),
    body: new Uint8Array(fields.bytes ?? 512).fill(mark),
    accountId,
    deviceId: new Uint8Array(32).fill(mark),
    text: fields.isReceipt ? "" : key,
    purpose: "service",
  });
  await records.step(async (step) =>
    step.add([
      ...(fields.isReceipt || fields.alsoOf ? [] : [put("messages", key, text)]),
      put("outgoing", await step.nextKey("outgoing"), envelope),
      ...(await sealedDelivery(step, envelope)),
    ]),
  );
  return key;
}

/** A key for one more record. */
export function keyBehindAll(records: Records, table: "messages" | "outgoing"): Promise<string> {
  return records.step((step) => step.nextKey(table));
}

/** An outbox of which a test says what it answers. */
export function outboxOf(answers: Partial<Pick<Outbox, "put" | "status">>): {
  readonly open: () => Promise<Outbox>;
  readonly counts: { opened: number; closed: number };
} {
  const counts = { opened: 0, closed: 0 };
  const close = () => {
    counts.closed += 1;
  };
  const open = async () => {
    counts.opened += 1;
    return { ...answers, close } as unknown as Outbox;
  };
  return { open, counts };
}
