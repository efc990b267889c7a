// An SMS transport of ours is handed a text once: noted before, so that one that was stopped in the middle is not sent again.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, limits } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Outbox } from "../../egress/outbox.ts";
import { MemoryStore } from "../../store/memory-store.ts";
import {
  DeliverySchema,
  DeliveryState,
  MessageSchema,
  point,
  put,
  Records,
  remove,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { deliveryKey, queuedAgain } from "../history/deliveries.ts";
import { GoingOver } from "./going-over.ts";

const key = "000000000001";
let records: Records;
/** What the transport was given, and what it does with it. */
let given: string[];
let answer: () => Promise<void>;

beforeEach(async () => {
  records = new Records(new MemoryStore());
  given = [];
  answer = async () => undefined;
  const text = {
    number: "+33612345678",
    outgoing: true,
    text: "hello",
    route: "private",
    state: TextState.QUEUED,
  };
  await records.commit([
    put("messages", key, create(MessageSchema, text)),
    point("queue", key, key),
  ]);
});

function opened(): GoingOver {
  const send = (_number: string, text: string) => {
    given.push(text);
    return answer();
  };
  return new GoingOver({ records, sms: () => ({ name: "fake", send }) });
}

async function textNow() {
  const { route, state, error } = (await records.get("messages", key)) ?? {};
  return [route, state && TextState[state], error];
}

test("what never left goes at once, and is in no queue", async () => {
  const goingOver = opened();
  await records.step((step) => goingOver.begin(step, key));
  assert.deepEqual(await textNow(), ["sms", "QUEUED", ""]);
  await goingOver.run();
  assert.deepEqual(await textNow(), ["sms", "SENT", ""]);
  await goingOver.run();
  assert.deepEqual(given, ["hello"]);
  assert.deepEqual([await records.keys("queue"), await records.keys("goingOver")], [[], []]);
});

test("what was waiting for the transport when the program ended goes with the next", async () => {
  await records.step((step) => opened().begin(step, key));
  await opened().run();
  assert.deepEqual(given, ["hello"]);
});

test("what it had been given when the program ended is not known, and not given again", async () => {
  answer = () => new Promise(() => undefined);
  const stopped = opened();
  await records.step((step) => stopped.begin(step, key));
  void stopped.run();
  for (let turns = 0; given.length === 0; turns += 1) {
    assert.ok(turns < 20_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await textNow(), ["sms", "SUBMITTING", ""]);
  await opened().run();
  assert.deepEqual(await textNow(), ["sms", "NOT_KNOWN", ""]);
  assert.deepEqual(given, ["hello"]);
});

test("what it refuses was not delivered, and goes where its owner says so once more", async () => {
  answer = () => Promise.reject(new AssentError("sms_failed"));
  const goingOver = opened();
  await records.step((step) => goingOver.begin(step, key));
  await goingOver.run();
  assert.deepEqual(await textNow(), ["sms", "NOT_DELIVERED", "sms_failed"]);
  answer = async () => undefined;
  await records.step((step) => goingOver.begin(step, key));
  await goingOver.run();
  assert.deepEqual(await textNow(), ["sms", "SENT", ""]);
});

test("what more devices hold than one call asks back stays private", async () => {
  const held = create(DeliverySchema, { state: DeliveryState.HELD });
  const begunWith = async (devices: number) => {
    const names = Array.from({ length: devices }, (_, device) => `${device}`);
    const keys = names.map((device) => deliveryKey({ text: key, account: "b", device }));
    await records.commit(keys.map((name) => put("deliveries", name, held)));
    await records.step((step) => opened().begin(step, key));
    return records.keys("goingOver");
  };
  assert.deepEqual(await begunWith(limits.revokeTargets + 1), []);
  await records.commit([
    remove(
      "deliveries",
      deliveryKey({ text: key, account: "b", device: `${limits.revokeTargets}` }),
    ),
  ]);
  assert.deepEqual(await begunWith(limits.revokeTargets), [key]);
});

describe("a text to two devices that is given back", () => {
  const names = ["1", "2"].map((device) => deliveryKey({ text: key, account: "b", device }));
  const outbox = { revoke: async () => "revoked", close: () => undefined } as unknown as Outbox;

  async function takenBack(meanwhile: (first: string) => Promise<Change[]>) {
    const state = DeliveryState.HELD;
    const ticket = Uint8Array.of(1);
    const held = names.map((name) =>
      put("deliveries", name, create(DeliverySchema, { state, ticket })),
    );
    await records.commit(held);
    const goingOver = opened();
    await records.step((step) => goingOver.begin(step, key));
    await records.commit(await meanwhile(names[0] as string));
    await goingOver.run(async () => outbox);
  }

  test("goes by SMS", async () => {
    await takenBack(async () => []);
    assert.deepEqual([await textNow(), given], [["sms", "SENT", ""], ["hello"]]);
  });

  test("stays private where one of them asked for it meanwhile", async () => {
    await takenBack(async (first) => {
      const record = await records.get("deliveries", first);
      assert.ok(record);
      return queuedAgain({ key: first, record });
    });
    assert.deepEqual([await textNow(), given], [["private", "QUEUED", ""], []]);
    assert.deepEqual([await records.keys("queue"), await records.keys("goingOver")], [[key], []]);
  });
});
