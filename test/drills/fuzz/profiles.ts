// What is on the device itself, damaged: stored records, group messages and Welcomes as the encryption room gets
// them, and address book files.
import assert from "node:assert/strict";
import { type Encryption, openProfile, type Profile } from "@assent/client/node";
import { AssentError, equalBytes, type PhoneNumber, utf8 } from "@assent/protocol";
import fc from "fast-check";
import { parseVcards } from "../../../packages/client/src/contacts/vcard.ts";
import { EncryptionRefused } from "../../../packages/client/src/encryption/encryption.ts";
import { copyOf, newDevice } from "../../../packages/client/src/encryption/groups-for-tests.ts";
import { receiveNow, sendNow } from "../../memory-phone.ts";
import type { Answer, Cases } from "./cases.ts";
import type { Correspondence } from "./envelopes.ts";
import { mutate, mutation, noMutation } from "./mutation.ts";
import { networkWith, storeOf } from "./phone-copies.ts";

/** Records of the profile, each changed in turn; then all that a person can ask of it. */
export async function damagedProfiles(
  between: Correspondence,
  encryption: Encryption,
  cases: Cases,
  count: number,
): Promise<void> {
  const stored = between.ben.filter(({ table }) => table !== "keyPackages" && table !== "spare");
  const byTable = Map.groupBy(stored, ({ table }) => table);
  const records = fc.oneof(...[...byTable.values()].map((values) => fc.constantFrom(...values)));
  const changes = fc.oneof(
    { weight: 19, arbitrary: mutation },
    { weight: 1, arbitrary: fc.constant(noMutation) },
  );
  const made = fc.tuple(records, changes);
  await cases.property("profile record", count, made, async ([record, some]) => {
    const { table, key, value } = record;
    const store = await storeOf([...between.ben, { table, key, value: mutate(value, some) }]);
    const answers = new Set<Answer>();
    let tookMs = 0;
    const network = networkWith([between.following]);
    for (const ask of asked) {
      const started = performance.now();
      try {
        const profile = await openProfile({ store, network, encryption, now: Date.now });
        await ask(profile, between.annasNumber).finally(() => profile.close());
      } catch (error) {
        if (!(error instanceof AssentError)) {
          throw new Error(`${table}, ${ask}: an error that is not of the table`, { cause: error });
        }
        answers.add(error.code);
      }
      tookMs = Math.max(tookMs, performance.now() - started);
    }
    answers.delete("unreachable");
    if (some === noMutation) assert.deepEqual([...answers], [], "an undamaged profile");
    const [first = "accepted"] = answers;
    return { answer: answers.has("profile_unreadable") ? "profile_unreadable" : first, tookMs };
  });
}

const asked: readonly ((profile: Profile, number: PhoneNumber) => Promise<unknown>)[] = [
  (profile) => profile.account.status(),
  (profile) => profile.contacts.list(),
  (profile) => profile.ledger.lines(),
  (profile) => profile.account.receipt(),
  (profile, number) => profile.conversations.history(number),
  (profile, number) => profile.people.check(number),
  (profile, number) => sendNow(profile, number, "hello"),
  (profile) => receiveNow(profile),
  (profile, number) => profile.people.block(number),
  (profile, number) => profile.people.unblock(number),
  (profile) => profile.contacts.import(utf8(vcard)),
  (profile) => profile.account.turnOff(),
];

export async function damagedGroups(encryption: Encryption, cases: Cases, count: number) {
  const [alice, bob] = [newDevice(), newDevice()];
  const trusted = [alice, bob];
  const nowMs = Date.now();
  const bobs = await encryption.generateKeyPackage(bob, nowMs);
  const member = { device: bob, keyPackage: bobs.publicPart };
  const started = await encryption.startGroup(alice, [member], nowMs);
  const joined = await encryption.join(bob, started.welcome, bobs, trusted);
  const text = utf8("hello");
  const { message } = await encryption.encrypt(started.state, text);
  // What is refused leaves the state as it was; what is read uses it up.
  let state = copyOf(joined);
  const decrypts = async (bytes: Uint8Array) => {
    encryption.groupOf(bytes);
    const read = await encryption.decrypt(state, bytes, trusted);
    state = copyOf(joined);
    assert.ok(read.kind === "application" && equalBytes(read.content, text), "another content");
  };
  const joins = async (bytes: Uint8Array) => {
    encryption.keyPackageRefsOf(bytes);
    await encryption.join(bob, bytes, bobs, trusted);
  };
  const starts = async (keyPackage: Uint8Array) => {
    await encryption.startGroup(alice, [{ device: bob, keyPackage }], nowMs);
  };
  const targets = [
    ["PrivateMessage", message, decrypts, 0.5],
    ["Welcome", started.welcome, joins, 0.3],
    ["KeyPackage", bobs.publicPart, starts, 0.2],
  ] as const;
  for (const [target, valid, step, share] of targets) {
    await cases.expect(target, "accepted", answerTo(step, valid));
    await cases.property(target, count * share, mutation, (changes) =>
      answerTo(step, mutate(valid, changes)),
    );
    await cases.expect(target, "accepted", answerTo(step, valid));
  }
}

async function answerTo(
  step: (bytes: Uint8Array) => Promise<void>,
  bytes: Uint8Array,
): Promise<Answer> {
  try {
    await step(bytes);
    return "accepted";
  } catch (error) {
    if (error instanceof EncryptionRefused) return "dropped";
    throw error;
  }
}

const vcard = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen =",
  "Meier",
  "N:Meier;J\\,rgen;;;",
  "item1.TEL;TYPE=cell,voice:+49 151 23456789",
  'TEL;VALUE=uri;TYPE="voice,home":tel:+44-20-7946-0991',
  "PHOTO;ENCODING=b:AAAA",
  " AAAA",
  "END:VCARD",
  "",
].join("\r\n");

export async function damagedVcards(cases: Cases, count: number): Promise<void> {
  const files = [vcard, vcard.repeat(3), `\u{feff}${vcard}`].map((text) => utf8(text));
  files.push(new Uint8Array(Buffer.from(`\u{feff}${vcard}`, "utf16le")));
  for (const file of files) {
    const { cards, damaged } = parseVcards(file);
    assert.ok(cards.length > 0 && damaged.length === 0);
  }
  const made = fc.tuple(fc.constantFrom(...files), mutation);
  await cases.property("vCard", count, made, async ([file, changes]) => {
    try {
      parseVcards(mutate(file, changes));
      return "accepted";
    } catch (error) {
      if (error instanceof AssentError) return error.code;
      throw error;
    }
  });
}
