// When somebody is told of this account: with each address, and where they may have an earlier manifest.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { type Person, put, SpareCapabilitySchema } from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  day,
  personOf,
} from "../conversing-for-tests.ts";
import { tellingOf } from "./telling.ts";

let on: ConversingForTests;
let anna: Person;

beforeEach(async () => {
  on = await conversing();
  anna = personOf(on.friend);
});

async function withSpare(): Promise<void> {
  const expiresAtMs = BigInt(on.clock.nowMs + 365 * day);
  const spare = create(SpareCapabilitySchema, { capability: new Uint8Array(80), expiresAtMs });
  await on.records.commit([put("spare", hex(new Uint8Array(16)), spare)]);
}

/** What they are told; they are known as told from then on. */
async function tell(
  self: Self = on.self,
): Promise<"nothing" | { address: boolean; version: number }> {
  const telling = await on.records.step(async (step) => {
    const found = await tellingOf(step, self, accountIdOfPerson(anna), anna, on.clock.nowMs);
    step.add(found?.changes ?? []);
    return found;
  });
  if (!telling) return "nothing";
  anna = { ...anna, ...telling.told };
  assert.deepEqual(telling.fields.manifest, self.manifest);
  return { address: telling.fields.addresses !== undefined, version: anna.manifestToldVersion };
}

test("once both, and nothing more for a month", async () => {
  await withSpare();
  assert.deepEqual(await tell(), { address: true, version: 1 });
  assert.equal(await tell(), "nothing");
  on.clock.nowMs += 30 * day;
  await withSpare();
  assert.deepEqual(await tell(), { address: true, version: 1 });
  assert.equal(await tell(), "nothing");
});

test("a new manifest at once, without another address", async () => {
  await withSpare();
  await tell();
  await withSpare();
  const later = { ...on.self, manifestVersion: 2 };
  assert.deepEqual(await tell(later), { address: false, version: 2 });
  assert.equal(await tell(later), "nothing");
});

test("the manifest alone where no address is spare, and the address when there is one", async () => {
  assert.deepEqual(await tell(), { address: false, version: 1 });
  assert.equal(await tell(), "nothing");
  await withSpare();
  assert.deepEqual(await tell(), { address: true, version: 1 });
});
