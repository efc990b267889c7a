// A mailbox that is missing: after a day of it the number is looked up, and whoever has it then is written to anew, or not.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  accountIdOf,
  type ErrorCode,
  equalBytes,
  type FirstContact,
  hex,
  limits,
  openEnvelope,
  type PhoneNumber,
  randomBytes,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { phoneOn, serviceOf } from "../../account/cell-for-tests.ts";
import type { Found } from "../../discovery/discovery.ts";
import type { PutAnswer, StatusAnswer } from "../../egress/outbox.ts";
import { NumberRecordSchema, type Person, put, TextState } from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  day,
  encryptedInClear,
  groupStateForTests,
  knowing,
  outboxOf,
  personOf,
  sealedText,
  startedForTests,
} from "../conversing-for-tests.ts";
import { personKey } from "../people/person.ts";
import { Awaiting } from "./awaiting.ts";
import { Posting } from "./posting.ts";
import { Starting } from "./starting.ts";

const stored: PutAnswer = { ticket: new Uint8Array(16).fill(5) };
const missing = new AssentError("mailbox_unknown");
/** Of the capabilities that come with KeyPackages. */
const provisionalMark = 9;

let on: ConversingForTests;
let anna: Person;
let ben: Person;
let posting: Posting;
let awaiting: Awaiting;
/** What a lookup of Anna says, and how often somebody was looked up. */
let found: Found;
let lookups: number;
/** Whose KeyPackages cannot be taken either. */
let missingThere: Person | undefined;

beforeEach(async () => {
  on = await conversing({
    startGroup: startedForTests,
    encrypt: encryptedInClear,
  });
  anna = addressed(personOf(on.friend));
  ben = personOf(await phoneOn(on.cell, "+447400777777" as PhoneNumber));
  for (const person of [anna, ben]) {
    const accountId = accountIdOfPerson(person);
    const number = create(NumberRecordSchema, { accountId, acceptedAccountId: accountId });
    await knowing(on.records, person);
    await on.records.commit([put("numbers", person.number, number)]);
  }
  [found, lookups, missingThere] = [foundWith(anna.rootKey), 0, undefined];
  on.parts.discovery.findRecently = async (_, number) => {
    lookups += 1;
    return number === anna.number ? found : foundWith(ben.rootKey);
  };
  const { manifest, device } = on.friendSelf;
  const { deviceId } = device;
  const provisionalCapability = new Uint8Array(80).fill(provisionalMark);
  const devices = [{ deviceId, keyPackage: new Uint8Array(8), provisionalCapability }];
  const takeKeyPackages = async ({ accountId }: { readonly accountId?: Uint8Array }) => {
    const isMissing =
      missingThere && equalBytes(accountId ?? new Uint8Array(), accountIdOfPerson(missingThere));
    if (isMissing) throw missing;
    return { manifest, devices };
  };
  const parts = { ...on.parts, service: () => serviceOf({ directory: { takeKeyPackages } })("") };
  posting = new Posting(parts, on.sealing, new Starting(parts, on.sealing));
  awaiting = new Awaiting(parts, posting);
  // Begun before anything is sealed, as programs do: none of it went out in an earlier run.
  await posting.flush(on.self, () => Promise.reject(new TypeError("there is nothing to send")));
});

function foundWith(rootKey: Uint8Array): Found {
  return {
    route: "private",
    accountId: accountIdOf(rootKey),
    rootKey,
    lowestManifestVersion: 1,
    vouchedManifestVersion: 1,
  };
}

/** Flushes; what goes through the address that was known before is answered as said, all else is stored. */
async function flush(answer: PutAnswer = missing, bodies: Uint8Array[] = []) {
  const outbox = outboxOf({
    put: async (puts) =>
      puts.map(({ capability, body }) => {
        bodies.push(body);
        return capability[0] === provisionalMark ? stored : answer;
      }),
  });
  return (await posting.flush(on.self, outbox.open))?.code;
}

async function stateOf(key: string) {
  const text = await on.records.get("messages", key);
  return [text?.state, text?.error ?? ""];
}

describe("after a day on which a text was answered as for a mailbox that is missing", () => {
  for (const code of ["mailbox_unknown", "internal"] as const) {
    test(`by ${code}: the number is looked up, and not before; who has new addresses gets it there`, async () => {
      const key = await sealedText(on.records, anna, 1);
      for (const passed of [0, day / 2, day / 2 - 1]) {
        on.clock.nowMs += passed;
        assert.equal(await flush(new AssentError(code)), code);
      }
      assert.deepEqual([lookups, await stateOf(key)], [0, [TextState.QUEUED, ""]]);
      on.clock.nowMs += 1;
      assert.equal(await flush(new AssentError(code)), undefined);
      assert.deepEqual([lookups, await stateOf(key)], [1, [TextState.SENT, ""]]);
    });
  }

  const elsewhere: readonly [string, () => Found, ErrorCode][] = [
    ["nobody", () => ({ route: "sms" }), "not_private"],
    ["somebody else", () => foundWith(ben.rootKey), "key_changed"],
  ];
  for (const [whom, lookUp, error] of elsewhere) {
    test(`where the record names ${whom}, it is not delivered`, async () => {
      found = lookUp();
      const key = await sealedText(on.records, anna, 1);
      await flush();
      assert.deepEqual(await stateOf(key), [TextState.QUEUED, ""]);
      on.clock.nowMs += day;
      await flush();
      assert.deepEqual(await stateOf(key), [TextState.NOT_DELIVERED, error]);
    });
  }

  test("where they are missing there too, they are looked up once a day, and others are written to", async () => {
    missingThere = anna;
    const key = await sealedText(on.records, anna, 1);
    await flush();
    on.clock.nowMs += day;
    for (const _ of [1, 2, 3]) {
      assert.equal(await flush(), "mailbox_unknown");
      on.clock.nowMs += day / 4;
    }
    assert.deepEqual([lookups, await stateOf(key)], [1, [TextState.QUEUED, ""]]);
    const other = await sealedText(on.records, ben, 2);
    assert.equal(await flush(stored), "mailbox_unknown");
    assert.deepEqual(await stateOf(other), [TextState.SENT, ""]);
    missingThere = undefined;
    on.clock.nowMs += day / 4;
    assert.equal(await flush(), undefined);
    assert.deepEqual([lookups, await stateOf(key)], [2, [TextState.SENT, ""]]);
  });
});

test("starting anew, however often, leaves no row of a group that nobody names any more, and says which are lost", async () => {
  const contacts: FirstContact[] = [];
  on.parts.encryption.startGroup = async () => ({
    ...(await startedForTests()),
    state: groupStateForTests(randomBytes(32)),
  });
  const name = personKey(accountIdOfPerson(anna));
  const named = async () => ((await on.records.get("people", name))?.groups ?? []).map(hex);
  for (let count = 0; count < limits.groupsPerPerson + 2; count += 1) {
    await sealedText(on.records, anna, count + 1);
    const bodies: Uint8Array[] = [];
    assert.equal(await flush(new AssentError("address_expired"), bodies), undefined);
    on.clock.nowMs += day;
    const { sealingPrivateKey } = on.friendSelf;
    for (const body of bodies) {
      const opened = await openEnvelope(sealingPrivateKey, body);
      if (opened?.content.case === "firstContact") contacts.push(opened.content.value);
    }
    // As if they had answered: the next text goes through an address of theirs.
    const person = (await on.records.get("people", name)) as Person;
    await knowing(on.records, addressed(person));
  }
  const groups = await named();
  assert.equal(groups.length, limits.groupsPerPerson);
  assert.deepEqual((await on.records.keys("groups")).sort(), [...groups].sort());
  assert.equal((await on.records.keys("groupParts")).length, groups.length * 3);
  const lost = contacts.at(-1)?.lostGroups.map(hex);
  assert.equal(lost?.length, limits.groupsPerPerson);
  assert.deepEqual(lost.slice(1), groups.slice(0, -1));
});

test("who is missing when a conversation is to start stops nobody else's start", async () => {
  missingThere = ben;
  const first = await sealedText(on.records, ben, 1);
  const second = await sealedText(on.records, anna, 2);
  assert.equal(await flush(new AssentError("address_expired")), "mailbox_unknown");
  assert.deepEqual(await stateOf(first), [TextState.QUEUED, ""]);
  assert.deepEqual(await stateOf(second), [TextState.SENT, ""]);
});

test("a day counts from when the mailbox was last there", async () => {
  await sealedText(on.records, anna, 1);
  await flush();
  on.clock.nowMs += day / 2;
  await flush(stored);
  await sealedText(on.records, anna, 2);
  on.clock.nowMs += day / 2;
  await flush();
  assert.equal(lookups, 0);
  on.clock.nowMs += day;
  await flush();
  assert.equal(lookups, 1);
});

test("neither a full mailbox nor a lost connection is one that is missing", async () => {
  await sealedText(on.records, anna, 1);
  for (const code of ["mailbox_full", "unreachable", "rate_limited", "busy"] as const) {
    assert.equal(await flush(new AssentError(code)), code);
    on.clock.nowMs += day;
  }
  assert.equal(await flush(), "mailbox_unknown");
  assert.equal(lookups, 0);
});

describe("what was sent and is asked about", () => {
  async function ask(...answers: StatusAnswer[]) {
    const key = personKey(accountIdOfPerson(anna));
    const person = (await on.records.get("people", key)) as Person;
    await knowing(on.records, { ...person, askAtMs: BigInt(on.clock.nowMs) });
    return awaiting.ask(on.self, outboxOf({ status: async () => answers }).open);
  }

  test("goes again, by a lookup, once its mailbox was missing for a day", async () => {
    const key = await sealedText(on.records, anna, 1);
    await flush(stored);
    assert.equal(await ask(missing), false);
    on.clock.nowMs += day / 2;
    assert.equal(await ask("held"), false);
    on.clock.nowMs += day / 2;
    assert.equal(await ask(missing), false);
    assert.deepEqual(await on.records.pointers("queue"), []);
    on.clock.nowMs += day;
    assert.equal(await ask(missing), true);
    assert.deepEqual(
      (await on.records.pointers("queue")).map(({ text }) => text),
      [key],
    );
    assert.equal(await flush(), undefined);
    assert.equal(lookups, 1);
    assert.equal((await on.records.keys("awaited")).length, 1);
  });
});
