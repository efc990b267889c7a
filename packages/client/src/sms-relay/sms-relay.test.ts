// Texts that the service sends as SMS: once, whatever is lost or stopped, and never more certain than what the service says.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, type ErrorCode, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { ConsentAnswer } from "../consent/consent.ts";
import { MemoryStore } from "../store/memory-store.ts";
import { MessageSchema, Records, TextState } from "../store/records.ts";
import { relayedGivenUp, relayedOfSetBack } from "./giving-up-relayed.ts";
import { RelayModel, relayNumber, relayOver } from "./relay-for-tests.ts";
import type { RelayedState } from "./relay-service.ts";
import type { SmsRelay } from "./sms-relay.ts";

const key = "000000000001";
const hour = 3_600_000;
const text = create(MessageSchema, {
  number: "+33612345678",
  outgoing: true,
  text: "hello",
  route: "private",
  state: TextState.NOT_DELIVERED,
});

let records: Records;
let model: RelayModel;
let timers: TimersForTests;
let clock: { nowMs: number };
/** What the service was asked, and what it says instead of what it would. */
let asked: string[];
let says: { [question: string]: ErrorCode | "answer lost" | RelayedState };
let relay: SmsRelay;

beforeEach(() => {
  records = new Records(new MemoryStore());
  [model, timers, clock] = [new RelayModel(), new TimersForTests(), { nowMs: 1_800_000_000_000 }];
  [asked, says] = [[], {}];
  relay = opened();
});

/** As it is after each start of the program. */
function opened(): SmsRelay {
  const answered = async <T>(question: string, answer: () => T): Promise<T> => {
    asked.push(question);
    const instead = says[question];
    if (instead === undefined) return answer();
    if (isState(instead)) return instead as T;
    if (instead !== "answer lost") throw new AssentError(instead);
    answer();
    throw new AssentError("unreachable");
  };
  const service = {
    name: () => answered("name", () => model.name(clock.nowMs)),
    send: (name: Uint8Array) => answered("send", () => model.send(name, clock.nowMs)),
    ask: async (names: readonly Uint8Array[]) =>
      Promise.all(names.map((name) => answered("ask", () => model.stateOf(name)))),
  };
  return relayOver(records, () => clock.nowMs, service, { timers });
}

function isState(instead: string): instead is RelayedState {
  return ["accepted", "handed", "delivered", "failed", "not-known", "none"].includes(instead);
}

async function taken(): Promise<void> {
  const way = relay.wayOf(text.text);
  assert.ok(way);
  await records.commit(way.take(key, text));
}

async function textNow() {
  const { route, state, error } = (await records.get("messages", key)) ?? {};
  return [route, state && TextState[state], error];
}

async function isOver(): Promise<boolean> {
  return (await records.keys("relayed")).length === 0;
}

/** What is due by then is done. */
async function pass(milliseconds: number): Promise<void> {
  clock.nowMs += milliseconds;
  timers.pass(milliseconds);
  // All of it is promises, which come before this.
  await new Promise((resolve) => setImmediate(resolve));
}

test("one is named, sent, and asked about until it is known to have arrived", async () => {
  await taken();
  assert.deepEqual(await textNow(), ["sms", "QUEUED", ""]);
  assert.deepEqual(asked, []);
  await relay.run();
  assert.deepEqual(
    [await textNow(), asked.splice(0)],
    [
      ["sms", "SENT", ""],
      ["name", "send"],
    ],
  );
  await pass(4_000);
  assert.deepEqual(asked, []);
  await pass(1_000);
  assert.deepEqual([await textNow(), asked.splice(0)], [["sms", "SENT", ""], ["ask"]]);
  says = { ask: "delivered" };
  await pass(15_000);
  assert.deepEqual([await textNow(), asked.splice(0)], [["sms", "DELIVERED", ""], ["ask"]]);
  assert.ok(await isOver());
  await pass(72 * hour);
  assert.deepEqual([asked, timers.set, model.sent], [[], 0, 1]);
});

for (const [state, first] of [
  ["handed over", "handed"],
  ["to be handed over", "accepted"],
] as const)
  test(`one that was ${state} while the clock was years ahead is asked about once it is right`, async () => {
    await taken();
    says = { send: first };
    clock.nowMs += 3 * 365 * 24 * hour;
    await relay.run();
    asked = [];
    clock.nowMs -= 3 * 365 * 24 * hour;
    says = { ask: "delivered", send: "delivered" };
    await relay.run();
    assert.deepEqual([await textNow(), asked.length], [["sms", "DELIVERED", ""], 1]);
    assert.ok(await isOver());
  });

test("an answer that is lost is asked for again by the same name, also by the next program", async () => {
  await taken();
  says = { send: "answer lost" };
  assert.equal((await relay.run())?.code, "unreachable");
  assert.deepEqual([await textNow(), model.sent], [["sms", "QUEUED", ""], 1]);
  says = {};
  await opened().run();
  assert.deepEqual([await textNow(), model.sent], [["sms", "SENT", ""], 1]);
  assert.deepEqual(asked, ["name", "send", "send"]);
});

test("where the service cannot be reached it waits, and goes with the next connection", async () => {
  await taken();
  says = { name: "unreachable" };
  assert.equal((await relay.run())?.code, "unreachable");
  assert.deepEqual(await textNow(), ["sms", "QUEUED", ""]);
  says = {};
  await relay.run();
  assert.deepEqual([await textNow(), model.sent], [["sms", "SENT", ""], 1]);
});

test("a name that is over before anything was asked by it is replaced", async () => {
  await taken();
  says = { send: "none" };
  await relay.run();
  assert.deepEqual([await textNow(), await isOver()], [["sms", "QUEUED", ""], false]);
  says = {};
  await relay.run();
  assert.deepEqual([await textNow(), model.sent], [["sms", "SENT", ""], 1]);
  assert.deepEqual(asked, ["name", "send", "name", "send"]);
});

test("a name that is over, after an asking that may have arrived, says no more than that", async () => {
  await taken();
  says = { send: "unreachable" };
  await relay.run();
  says = { send: "none" };
  await relay.run();
  assert.deepEqual([await textNow(), await isOver()], [["sms", "NOT_KNOWN", ""], true]);
});

describe("what is refused for good was not delivered, and is not asked for again", () => {
  for (const code of ["rate_limited", "sms_failed", "number_refused", "not_offered"] as const)
    test(code, async () => {
      await taken();
      says = { send: code };
      assert.equal(await relay.run(), undefined);
      assert.deepEqual([await textNow(), await isOver()], [["sms", "NOT_DELIVERED", code], true]);
      says = {};
      await relay.run();
      assert.equal(model.sent, 0);
    });

  test("but for what says nothing of an asking that may have arrived", async () => {
    await taken();
    says = { send: "answer lost" };
    await relay.run();
    says = { send: "signed_out" };
    await relay.run();
    assert.deepEqual(await textNow(), ["sms", "NOT_KNOWN", ""]);
  });

  test("by a service that stopped sending: it looks first whether it has it", async () => {
    await taken();
    says = { send: "unreachable" };
    await relay.run();
    says = { send: "not_offered" };
    await relay.run();
    assert.deepEqual(await textNow(), ["sms", "NOT_DELIVERED", "not_offered"]);
  });

  test("but a service that is being emptied is asked again", async () => {
    await taken();
    for (const question of ["name", "send"]) {
      says = { [question]: "busy" };
      assert.equal((await relay.run())?.code, "busy");
      assert.deepEqual(await textNow(), ["sms", "QUEUED", ""]);
    }
    says = {};
    await relay.run();
    assert.deepEqual([await textNow(), model.sent], [["sms", "SENT", ""], 1]);
  });
});

describe("what the service says of one that it has", () => {
  const said: [RelayedState, ...Awaited<ReturnType<typeof textNow>>][] = [
    ["delivered", "sms", "DELIVERED", ""],
    ["failed", "sms", "NOT_DELIVERED", "sms_failed"],
    ["not-known", "sms", "NOT_KNOWN", ""],
    // Kept no more: what was known last stays.
    ["none", "sms", "SENT", ""],
  ];
  for (const [state, ...shown] of said)
    test(state, async () => {
      await taken();
      await relay.run();
      says = { ask: state };
      await pass(5_000);
      assert.deepEqual(await textNow(), shown);
    });

  test("a report that comes late says more than that it is not known", async () => {
    await taken();
    says = { send: "not-known" };
    await relay.run();
    assert.deepEqual(await textNow(), ["sms", "NOT_KNOWN", ""]);
    says = { ask: "delivered" };
    await pass(5_000);
    assert.deepEqual(await textNow(), ["sms", "DELIVERED", ""]);
  });
});

test("what it is handing over is asked for again, until that was done or could not be", async () => {
  await taken();
  says = { send: "accepted" };
  await relay.run();
  await relay.run();
  assert.deepEqual(
    [await textNow(), asked.splice(0)],
    [
      ["sms", "QUEUED", ""],
      ["name", "send"],
    ],
  );
  says = {};
  await pass(5_000);
  assert.deepEqual([await textNow(), asked], [["sms", "SENT", ""], ["send"]]);
});

test("what came by the private way after all is not sent", async () => {
  await taken();
  const arrived = { ...text, state: TextState.DELIVERED };
  await records.update("messages", key, () => arrived);
  await relay.run();
  assert.deepEqual([await textNow(), model.sent], [["private", "DELIVERED", ""], 0]);
  assert.ok(await isOver());
});

describe("with the yes", () => {
  const give = () => records.step(async (step) => step.add(await relayedGivenUp(step)));

  test("goes what waits, unsent", async () => {
    await taken();
    await give();
    assert.deepEqual(await textNow(), ["sms", "NOT_DELIVERED", "consent_required"]);
    await relay.run();
    assert.deepEqual([asked, model.sent], [[], 0]);
  });

  test("what was asked for is not known", async () => {
    await taken();
    says = { send: "answer lost" };
    await relay.run();
    await give();
    assert.deepEqual([await textNow(), await isOver()], [["sms", "NOT_KNOWN", ""], true]);
  });

  test("what it has stays as it is, and is asked about no more", async () => {
    await taken();
    await relay.run();
    await give();
    await pass(hour);
    assert.deepEqual(
      [await textNow(), asked],
      [
        ["sms", "SENT", ""],
        ["name", "send"],
      ],
    );
  });
});

describe("a phone that was set back", () => {
  const setBack = () => records.step(async (step) => step.add(await relayedOfSetBack(step)));

  test("sends nothing of what it waited to send", async () => {
    await taken();
    await setBack();
    await relay.run();
    assert.deepEqual([await textNow(), model.sent], [["sms", "NOT_KNOWN", ""], 0]);
  });

  test("asks about what it asked for, and does not ask for it again", async () => {
    await taken();
    says = { send: "answer lost" };
    await relay.run();
    says = {};
    await setBack();
    await relay.run();
    assert.deepEqual(await textNow(), ["sms", "SENT", ""]);
    assert.deepEqual(asked, ["name", "send", "ask"]);
  });

  test("and where the service knows nothing of it, does not know either", async () => {
    await taken();
    says = { send: "unreachable" };
    await relay.run();
    says = {};
    await setBack();
    await relay.run();
    assert.deepEqual([await textNow(), model.sent], [["sms", "NOT_KNOWN", ""], 0]);
  });
});

test("texts go this way by a yes of their owner's alone, where it is offered, on, and no longer than it sends", () => {
  const wayWith = (parts: object, words = "hello") =>
    relayOver(records, () => 0, {} as never, parts).wayOf(words)?.name;
  assert.equal(wayWith({}), "service");
  for (const consent of ["no", "unasked"] satisfies ConsentAnswer[])
    assert.equal(wayWith({ consent: () => consent }), undefined);
  assert.equal(wayWith({ isOffered: () => false }), undefined);
  assert.equal(wayWith({ number: () => undefined as PhoneNumber | undefined }), undefined);
  assert.equal(wayWith({}, "a".repeat(500)), "service");
  assert.equal(wayWith({}, "a".repeat(700)), undefined);
});

test("whoever reads it sees whose it is and where to answer", () => {
  const reads = relay.wayOf("hello")?.reads ?? "";
  assert.ok(reads.includes("hello"));
  assert.equal(reads.split(relayNumber).length, 3);
});
