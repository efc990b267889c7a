// Who writes first: what others say in their name, before them, takes nothing from them.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  conversationIdOfTwo,
  type DeliveredEnvelope,
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
import { KeyPackageSchema, put, Standing } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  friendNumber,
  groupStateForTests,
  personOf,
} from "../conversing-for-tests.ts";
import { shownText } from "../history/shown.ts";
import { manifestOf, personKey } from "../people/people.ts";
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

beforeEach(async () => {
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
      missing: 0,
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
