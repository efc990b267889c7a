// Texts are opened while the signatures of those before them are checked. Nothing of them is stored before all are known to be
// true; where one is false, the step is given up and done again, each checked before the next.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { encodeContent } from "../../content/content.ts";
import { EncryptionRefused } from "../../encryption/encryption.ts";
import type { SignatureChecks } from "../../encryption/signature-checks.ts";
import { NumberRecordSchema, put } from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  encryptedInClear,
  groupStateForTests,
  knowing,
  membersWith,
  personOf,
} from "../conversing-for-tests.ts";
import { newGroup } from "../people/groups.ts";
import { conversationIdWith } from "../people/person.ts";
import { envelopeWith, givenTo, ofAddress, takingOf } from "./taking-for-tests.ts";

const groupId = new Uint8Array(32).fill(6);
let on: ConversingForTests;
/** Which message is signed falsely, if any is. */
let falseMessage: number | undefined;
/** What the checks wait for. */
let checked: Promise<void>;
/** How often each message was opened, and whether its signature was left to be checked beside. */
let openings: string[];

beforeEach(async () => {
  falseMessage = undefined;
  checked = Promise.resolve();
  openings = [];
  on = await conversing({
    // What could not be read is asked for again.
    encrypt: encryptedInClear,
    groupOf: () => ({ groupId, epoch: 1n }),
    decrypt: async (state, message, _trusted, { checks } = {}) => {
      const [number = 0] = message;
      openings.push(`${number} ${checks ? "beside" : "before"}`);
      checkSignature(number, checks);
      const fields = { body: { case: "text" as const, value: { text: `text ${number}` } } };
      const conversation = conversationIdWith(on.self, on.friendSelf.device.accountId);
      return {
        kind: "application",
        state,
        destroyUsed: () => undefined,
        sender: on.friendSelf.device,
        content: encodeContent(conversation, fields, on.clock.nowMs),
        missing: 0,
      };
    },
  });
  const person = { ...addressed(personOf(on.friend)), groups: [groupId] };
  const accountId = accountIdOfPerson(person);
  await knowing(on.records, person);
  await on.records.commit([
    put("numbers", person.number, create(NumberRecordSchema, { acceptedAccountId: accountId })),
    ...newGroup(accountId, groupStateForTests(groupId), membersWith(on.self, person)),
    givenTo(person),
  ]);
});

function checkSignature(number: number, checks: SignatureChecks | undefined): void {
  const isTrue = number !== falseMessage;
  if (checks) checks.add(() => checked.then(() => isTrue));
  else if (!isTrue) throw new EncryptionRefused("forged");
}

async function takeThree(): Promise<void> {
  const three = [1, 2, 3].map((number) =>
    envelopeWith(ofAddress, { content: { case: "groupMessage", value: Uint8Array.of(number) } }),
  );
  await takingOf(on, on.parts).take(on.self, await Promise.all(three));
}

async function shown(): Promise<string[]> {
  return (await on.records.list("messages")).map(({ record }) => record.text);
}

test("texts with true signatures are opened once, and stored in one commit", async () => {
  const before = on.phone.store.commits.length;
  await takeThree();
  assert.deepEqual(openings, ["1 beside", "2 beside", "3 beside"]);
  assert.deepEqual(await shown(), ["text 1", "text 2", "text 3"]);
  assert.equal(on.phone.store.commits.length, before + 1);
});

test("nothing of them is stored before all of them are checked", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  checked = promise;
  const before = on.phone.store.commits.length;
  const taken = takeThree();
  // Turns enough that all three are opened, and that whoever did not wait would have stored them.
  const endMs = performance.now() + 30_000;
  while (openings.length < 3) {
    assert.ok(performance.now() < endMs);
    await new Promise((turn) => setImmediate(turn));
  }
  for (let turn = 0; turn < 10; turn += 1) await new Promise((next) => setImmediate(next));
  assert.equal(on.phone.store.commits.length, before);
  resolve();
  await taken;
  assert.equal(on.phone.store.commits.length, before + 1);
});

test("where one is false nothing of the step is stored, and the others come all the same, once", async () => {
  falseMessage = 2;
  const before = on.phone.store.commits.length;
  await takeThree();
  const again = ["1 before", "2 before", "3 before"];
  assert.deepEqual(openings, ["1 beside", "2 beside", "3 beside", ...again]);
  assert.deepEqual(await shown(), ["text 1", "text 3"]);
  assert.equal(on.phone.store.commits.length, before + 1);
});
