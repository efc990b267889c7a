// First contact with KeyPackages that are not live: another is taken, then the text waits, and nobody has lied.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { serviceOf } from "../../account/cell-for-tests.ts";
import type { Encryption } from "../../encryption/encryption.ts";
import { EncryptionRefused, type RefusalReason } from "../../encryption/encryption.ts";
import { Standing } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  friendNumber,
  knowing,
  personOf,
  startedForTests,
} from "../conversing-for-tests.ts";
import { receivedText, requestThread } from "../history/messages.ts";
import { personKey } from "../people/person.ts";
import { takeOffers } from "./offers.ts";
import { beginGroup, startConversation } from "./starting.ts";

let on: ConversingForTests;
let takes: number;

beforeEach(async () => {
  on = await conversing();
  takes = 0;
});

/** Starts with somebody whose KeyPackages are refused for these reasons, one after another; then they are good. */
async function start(...reasons: RefusalReason[]) {
  const { accountId, deviceId } = on.friendSelf.device;
  const { rootKey } = personOf(on.friend);
  const encryption: Partial<Encryption> = {
    startGroup: async () => {
      const reason = reasons[takes - 1];
      if (reason) throw new EncryptionRefused(reason);
      return startedForTests();
    },
  };
  const takeKeyPackages = async () => {
    takes += 1;
    return {
      manifest: on.friendSelf.manifest,
      devices: [
        {
          deviceId,
          keyPackage: new Uint8Array(8),
          provisionalCapability: new Uint8Array(80),
        },
      ],
    };
  };
  const found = {
    route: "private" as const,
    accountId,
    rootKey,
    lowestManifestVersion: 1,
    vouchedManifestVersion: 1,
  };
  const starting = {
    ...on.parts,
    encryption: encryption as Encryption,
    service: serviceOf({ directory: { takeKeyPackages } }),
  };
  const offers = await takeOffers(starting, on.self, found, 1);
  const begun = await beginGroup(starting, on.self, found, offers);
  return on.records.step((step) =>
    startConversation(
      step,
      starting,
      on.self,
      { number: friendNumber, found, begun, messages: [] },
      0,
    ),
  );
}

const refused = (code: string) => (error: unknown) =>
  error instanceof AssentError && error.code === code;

test("one that is live is taken once", async () => {
  assert.ok((await start()).length > 0);
  assert.equal(takes, 1);
});

test("where one is not live another is taken", async () => {
  assert.ok((await start("expired")).length > 0);
  assert.equal(takes, 2);
});

test("where that is not live either the text waits, and no third is taken", async () => {
  await assert.rejects(start("expired", "expired"), refused("rate_limited"));
  assert.equal(takes, 2);
});

test("one that is false is the service's falsehood, at once", async () => {
  await assert.rejects(start("untrusted"), refused("service_untrusted"));
  assert.equal(takes, 1);
});

for (const number of [friendNumber, "+33612345678"]) {
  const isTheirs = number === friendNumber;
  test(`what somebody said before is ${isTheirs ? "shown" : "not shown, where it named another number"}`, async () => {
    const person = personOf(on.friend, { number, standing: Standing.UNCONFIRMED });
    const key = personKey(accountIdOfPerson(person));
    await knowing(on.records, person);
    const fields = { id: "01", number, text: "", sentAtMs: 1n, notOpened: true };
    const where = { thread: requestThread(key) };
    await on.records.step(async (step) => step.add(await receivedText(step, fields, 1, where)));
    await start();
    assert.equal((await on.records.keys("messages")).length, isTheirs ? 1 : 0);
    assert.equal((await on.records.keys("unshown")).length, isTheirs ? 1 : 0);
  });
}
