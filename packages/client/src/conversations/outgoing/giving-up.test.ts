// What is said of texts whose account ends while they are on their way: that they were not delivered only where that is sure.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  DeliverySchema,
  DeliveryState,
  type Person,
  point,
  put,
  TextState,
} from "../../store/records.ts";
import {
  type ConversingForTests,
  conversing,
  knowing,
  personOf,
  sealedText,
} from "../conversing-for-tests.ts";
import { givingUp } from "./giving-up.ts";

let on: ConversingForTests;
let anna: Person;

beforeEach(async () => {
  on = await conversing();
  anna = personOf(on.friend);
});

async function stateAfterTheEnd(key: string): Promise<TextState | undefined> {
  await on.records.step(async (step) => step.add(await givingUp.account(step)));
  assert.deepEqual(await on.records.keys("deliveries"), []);
  return (await on.records.get("messages", key))?.state;
}

test("one whose put was not answered is not known to have arrived", async () => {
  const key = await sealedText(on.records, anna, 1);
  assert.equal(await stateAfterTheEnd(key), TextState.NOT_KNOWN);
});

test("nor is one that waits to go out once more", async () => {
  const key = await sealedText(on.records, anna, 1);
  const [delivery] = await on.records.keys("deliveries");
  const [outgoing] = await on.records.keys("outgoing");
  assert.ok(delivery && outgoing);
  await on.records.commit([
    put("deliveries", delivery, create(DeliverySchema, { state: DeliveryState.LOST })),
    { table: "outgoing", key: outgoing, value: undefined },
    point("queue", key, key),
  ]);
  assert.equal(await stateAfterTheEnd(key), TextState.NOT_KNOWN);
});

test("one that was never sealed, or that the service refused, is not delivered", async () => {
  const key = await sealedText(on.records, anna, 1);
  const [delivery] = await on.records.keys("deliveries");
  assert.ok(delivery);
  const refused = create(DeliverySchema, { state: DeliveryState.NOT_TAKEN });
  await on.records.commit([put("deliveries", delivery, refused), point("queue", key, key)]);
  assert.equal(await stateAfterTheEnd(key), TextState.NOT_DELIVERED);
});

test("nobody was told anything of the account that comes after it", async () => {
  const addressesGivenAtMs = BigInt(on.clock.nowMs);
  await knowing(on.records, { ...anna, addressesGivenAtMs, manifestToldVersion: 3 });
  await on.records.step(async (step) => step.add(await givingUp.account(step)));
  const [known] = await on.records.list("people");
  assert.deepEqual([known?.record.addressesGivenAtMs, known?.record.manifestToldVersion], [0n, 0]);
});
