// Who writes first: what others say in their name, before them, takes nothing from them; and who does so while they are blocked is
// heard once they are not.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  conversationIdOfTwo,
  type DeliveredEnvelope,
  hex,
  openManifest,
  type PhoneNumber,
  sha256,
  signManifest,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { devicesOf } from "../../account/named-devices.ts";
import { rootKeysOf } from "../../account/self.ts";
import { encodeContent } from "../../content/content.ts";
import type { Discovery, Found } from "../../discovery/discovery.ts";
import type { TrustedDevice } from "../../encryption/encryption.ts";
import { hasNewKey } from "../../routes/routes.ts";
import { KeyPackageSchema, NumberRecordSchema, put, Standing } from "../../store/records.ts";
import {
  accountIdOfPerson,
  addressed,
  type ConversingForTests,
  conversing,
  friendNumber,
  groupStateForTests,
  knowing,
  personOf,
} from "../conversing-for-tests.ts";
import { shownText } from "../history/shown.ts";
import { setBlocked } from "../people/blocking.ts";
import { newGroup } from "../people/groups.ts";
import { manifestOf, personKey } from "../people/person.ts";
import { Requests } from "./requests.ts";
import type { Taking } from "./taking.ts";
import {
  envelopeWith,
  type FirstContactFields,
  firstContactOf,
  ofAddress,
  takingOf,
} from "./taking-for-tests.ts";

const strangersNumber = "+33612345678" as PhoneNumber;
const garbage = Uint8Array.of(9);

let on: ConversingForTests;
let taking: Taking;
let annasKey: string;
let sender: TrustedDevice;
/** How many messages before the next one did not come. */
let missing: number;

beforeEach(async () => {
  missing = 0;
  on = await conversing({
    keyPackageRefsOf: (welcome) => (welcome[0] === 1 ? ["ref"] : []),
    join: async () => groupStateForTests(),
    groupOf: () => ({ groupId: groupStateForTests().groupId, epoch: 1n }),
    // What is sent is in clear.
    decrypt: async (state, content) => ({
      kind: "application",
      state,
      sender,
      content: new Uint8Array(content),
      missing,
      destroyUsed: () => undefined,
    }),
  });
  const anna = personOf(on.friend);
  annasKey = personKey(accountIdOfPerson(anna));
  const [device] = devicesOf(manifestOf(anna));
  assert.ok(device);
  sender = device;
  taking = takingOf(on, on.parts);
  const keyPackage = create(KeyPackageSchema, { lastResort: true });
  await on.records.commit([put("keyPackages", "ref", keyPackage)]);
});

function said(text: string): Uint8Array<ArrayBuffer> {
  const ids = [on.self.device.accountId, on.friendSelf.device.accountId] as const;
  const fields = { body: { case: "text" as const, value: { text } } };
  return new Uint8Array(encodeContent(conversationIdOfTwo(...ids), fields, on.clock.nowMs));
}

/** Anna's, with her first text. */
const annas = (fields: Partial<FirstContactFields> = {}) =>
  firstContactOf(on, 1, { groupMessages: [said("first")], ...fields });

/** A stranger's: it names Anna's devices, which anybody may ask for, and a number that they are not at. */
async function forged(number = strangersNumber): Promise<DeliveredEnvelope> {
  const sender = { number, evaluation: on.cell.evaluationOf(number, 1) };
  const envelope = await firstContactOf(on, 1, { welcome: garbage, sender });
  return { ...envelope, addressSerial: new Uint8Array(16).fill(7) };
}

const thenSaid = (text: string) =>
  envelopeWith(ofAddress, { content: { case: "groupMessage", value: said(text) } });

/** Opens the requests, by a record of Anna's number alone. */
async function open(): Promise<void> {
  const annasRecord: Found = {
    route: "private",
    accountId: on.friendSelf.device.accountId,
    rootKey: personOf(on.friend).rootKey,
    lowestManifestVersion: 1,
    vouchedManifestVersion: 1,
  };
  const recordOfEvaluated = async (_: unknown, number: string): Promise<Found> =>
    number === friendNumber ? annasRecord : { route: "sms" };
  const discovery = { recordOfEvaluated } as unknown as Discovery;
  await new Requests(on.records, discovery, on.parts.now).open(on.self);
}

/** What is shown or waits to be, and under which number. */
async function texts(): Promise<(string | undefined)[][]> {
  const messages = await on.records.list("messages");
  return messages.map(({ record }) => {
    const { text, notOpened } = shownText(record);
    return [record.number, notOpened ? "not opened" : text];
  });
}

const standing = async () => (await on.records.get("people", annasKey))?.standing;

describe("what a stranger says in somebody's name", () => {
  test("under another number, and cannot be opened, gives way to what is theirs", async () => {
    await taking.take(on.self, [await forged(), await annas()]);
    assert.deepEqual(await texts(), [[friendNumber, "first"]]);
    await open();
    assert.equal(await standing(), Standing.REQUEST);
    await taking.take(on.self, [await thenSaid("second")]);
    assert.deepEqual(await texts(), [
      [friendNumber, "first"],
      [friendNumber, "second"],
    ]);
  });

  test("takes the place of nothing that was opened", async () => {
    await taking.take(on.self, [await annas(), await forged()]);
    assert.deepEqual(await texts(), [[friendNumber, "first"]]);
  });

  test("and cannot be opened, takes the place of nothing", async () => {
    await taking.take(on.self, [await forged()]);
    await taking.take(on.self, [await annas({ welcome: garbage })]);
    assert.deepEqual(await texts(), [[strangersNumber, "not opened"]]);
    await open();
    assert.deepEqual([await texts(), await standing()], [[], undefined]);
  });

  test("and cannot be opened, keeps nothing out by a later list of their devices", async () => {
    const { identity } = on.friend.state.current;
    const manifest = await openManifest(on.friendSelf.manifest);
    assert.ok(identity && manifest);
    const senderManifest = await signManifest(rootKeysOf(identity).privateKey, {
      ...manifest,
      version: manifest.version + 1,
      previousHash: sha256(on.friendSelf.manifest.encoded),
    });
    await taking.take(on.self, [await annas({ welcome: garbage, senderManifest })]);
    assert.deepEqual(await texts(), [[friendNumber, "not opened"]]);
    await taking.take(on.self, [await annas()]);
    assert.deepEqual(await texts(), [[friendNumber, "first"]]);
  });

  test("is not what the record of another number is read for", async () => {
    await taking.take(on.self, [await forged()]);
    const found: Found = { route: "sms" };
    const recordOfEvaluated = async () => {
      await taking.take(on.self, [await annas()]);
      return found;
    };
    const discovery = { recordOfEvaluated } as unknown as Discovery;
    await new Requests(on.records, discovery, on.parts.now).open(on.self);
    assert.deepEqual(await texts(), [[friendNumber, "first"]]);
    assert.equal(await standing(), Standing.UNCONFIRMED);
    await open();
    assert.equal(await standing(), Standing.REQUEST);
  });
});

describe("what comes from a number that is blocked", () => {
  const shown = async () =>
    (await on.records.list("unshown")).map(({ record }) => record.what.case);

  beforeEach(async () => {
    await setBlocked(on.records, friendNumber, true);
  });

  for (const isRead of [true, false]) {
    test(`is not shown; what comes after it was unblocked is, the record read ${isRead ? "before" : "behind"} that`, async () => {
      await taking.take(on.self, [await annas(), await thenSaid("while blocked")]);
      if (isRead) await open();
      assert.deepEqual([await texts(), await shown()], [[], []]);
      await setBlocked(on.records, friendNumber, false);
      missing = 2;
      await taking.take(on.self, [await thenSaid("after")]);
      await open();
      assert.deepEqual(await texts(), [[friendNumber, "after"]]);
      // What was dropped is not told of as missing.
      assert.deepEqual(await shown(), ["text"]);
      assert.equal(await standing(), Standing.REQUEST);
    });
  }

  test("and is known, comes to nothing but that they are read at another address once it was unblocked", async () => {
    const anna = personOf(on.friend, { beginsAnew: true });
    const lost = new Uint8Array(32).fill(8);
    const accountId = accountIdOfPerson(anna);
    await knowing(on.records, addressed({ ...anna, groups: [lost] }));
    await on.records.commit(newGroup(accountId, groupStateForTests(lost), []));
    await taking.take(on.self, [await annas({ lostGroups: [lost] })]);
    await open();
    assert.deepEqual([await texts(), await shown()], [[], []]);
    assert.deepEqual(await on.records.keys("outgoing"), []);
    assert.equal((await on.records.get("groups", hex(lost)))?.broken, true);
    await setBlocked(on.records, friendNumber, false);
    await taking.take(on.self, [await thenSaid("after")]);
    assert.deepEqual(await texts(), [[friendNumber, "after"]]);
  });

  test("and is another's, is forgotten once the record was read", async () => {
    await setBlocked(on.records, strangersNumber, true);
    const sender = {
      number: strangersNumber,
      evaluation: on.cell.evaluationOf(strangersNumber, 1),
    };
    await taking.take(on.self, [await annas({ sender })]);
    assert.equal(await standing(), Standing.UNCONFIRMED);
    await open();
    for (const table of ["people", "groups", "groupParts", "given"] as const)
      assert.deepEqual(await on.records.keys(table), [], table);
  });

  test("and has another key by now, has that told by nothing but the number's own state", async () => {
    const before = new Uint8Array(32).fill(1);
    await on.records.update("numbers", friendNumber, (record = create(NumberRecordSchema)) => ({
      ...record,
      acceptedAccountId: before,
    }));
    await taking.take(on.self, [await annas()]);
    await open();
    assert.deepEqual(await shown(), []);
    const record = await on.records.get("numbers", friendNumber);
    assert.deepEqual([record?.acceptedAccountId, record && hasNewKey(record)], [before, true]);
  });
});
