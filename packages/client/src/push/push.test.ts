// What a device tells of where it can be woken: nothing without a yes, what changed and no more, and what of it the browser
// says is noted before.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AssentError,
  declarations,
  type PushKey,
  PushKeySchema,
  randomBytes,
  type SetPushSchema,
  sha256,
  utf8,
} from "@assent/protocol";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import type { ConsentAnswer } from "../consent/consent.ts";
import type { Inbox } from "../egress/inbox.ts";
import { type PlatformSubscription, Push, type PushPlatform } from "./push.ts";

function keyOf(epoch: number): PushKey {
  return create(PushKeySchema, { epoch, publicKey: randomBytes(65) });
}

type PushInbox = Pick<Inbox, "ready" | "setPush" | "endPush">;

function begin() {
  const state = {
    key: keyOf(1) as PushKey | undefined,
    isOn: true,
    consent: "no" as ConsentAnswer,
    isAllowed: true,
    has: undefined as PlatformSubscription | undefined,
    subscribe: undefined as (() => Promise<never>) | undefined,
    refuses: undefined as AssentError | undefined,
  };
  /** All that happened, in its order. */
  const done: string[] = [];
  let addresses = 0;
  const platform: PushPlatform = {
    isAllowed: async () => state.isAllowed,
    current: async () => state.has,
    async subscribe(pushKey) {
      done.push("subscribe");
      if (state.subscribe) return state.subscribe();
      addresses += 1;
      const endpoint = `https://push.example/${addresses}`;
      state.has = { endpoint, publicKey: randomBytes(65), secret: randomBytes(16), pushKey };
      return state.has;
    },
    async unsubscribe() {
      done.push("unsubscribe");
      state.has = undefined;
    },
  };
  const timers = new TimersForTests();
  const push = new Push({
    cell: () => ({ pushKey: state.key }),
    isOn: () => state.isOn,
    consent: () => state.consent,
    egress: {
      platformSends: async (_lane, declaration, destination) => {
        done.push(`note ${declaration} to ${destination}`);
        const isWithoutYes =
          declarations[declaration].purpose === "push" && state.consent !== "yes";
        if (isWithoutYes) throw new AssentError("consent_required");
      },
    },
    timers,
  });
  const told: MessageInitShape<typeof SetPushSchema>[] = [];
  /** A connection, and what the service knows when it is opened. */
  const connect = (knows?: string) => {
    const pushHash = knows === undefined ? new Uint8Array() : sha256(utf8(knows));
    const answer = async () => {
      if (state.refuses) throw state.refuses;
    };
    const inbox = {
      ready: { pushHash },
      async setPush(subscription: MessageInitShape<typeof SetPushSchema>) {
        await answer();
        told.push(subscription);
        done.push(`set ${subscription.endpoint}`);
      },
      async endPush() {
        await answer();
        done.push("end");
      },
    } as Partial<PushInbox> as PushInbox;
    return push.connected(inbox);
  };
  return { state, push, platform, timers, connect, told, happened: () => done.splice(0) };
}

const noteOfSubscribing = "note subscribe-to-pushes to the push service of this browser";
const noteOfUnsubscribing = "note unsubscribe-from-pushes to https://push.example";

test("nothing is asked for or told without a yes, off, not offered, or not allowed", async () => {
  const { state, push, platform, connect, happened } = begin();
  await push.use(platform);
  await connect();
  state.consent = "yes";
  for (const without of [{ isOn: false }, { key: undefined }, { isAllowed: false }]) {
    const before = { ...state };
    Object.assign(state, without);
    await push.settle();
    assert.deepEqual(happened(), []);
    Object.assign(state, before);
  }
  // The control: with all of it.
  await push.settle();
  assert.deepEqual(happened(), [noteOfSubscribing, "subscribe", "set https://push.example/1"]);
});

test("a yes is told once, with the keys it was asked for; taken back, both are told", async () => {
  const { state, push, platform, connect, told, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  assert.deepEqual(happened(), [noteOfSubscribing, "subscribe"]);
  await connect();
  await push.settle();
  assert.deepEqual(happened(), ["set https://push.example/1"]);
  const { publicKey, secret } = state.has ?? {};
  const endpoint = "https://push.example/1";
  assert.deepEqual(told, [{ endpoint, publicKey, secret, pushEpoch: 1 }]);
  // The next connection: the service knows.
  await connect("https://push.example/1");
  assert.deepEqual(happened(), []);
  state.consent = "no";
  await push.settle();
  assert.deepEqual(happened(), [noteOfUnsubscribing, "unsubscribe", "end"]);
  await push.settle();
  await connect();
  assert.deepEqual(happened(), []);
});

test("what was taken back without a connection is told with the next", async () => {
  const { push, platform, connect, happened } = begin();
  await push.use(platform);
  await connect("https://push.example/1");
  assert.deepEqual(happened(), ["end"]);
});

test("what the service lost, or the browser changed, is told anew", async () => {
  const { state, push, platform, connect, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  await connect("https://push.example/1");
  assert.deepEqual(happened(), [noteOfSubscribing, "subscribe"]);
  await connect();
  assert.deepEqual(happened(), ["set https://push.example/1"]);
  state.has = undefined;
  await push.settle();
  assert.deepEqual(happened(), [noteOfSubscribing, "subscribe", "set https://push.example/2"]);
});

test("under another key of the service the browser is subscribed anew", async () => {
  const { state, push, platform, connect, told, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  await connect();
  happened();
  state.key = keyOf(2);
  await connect("https://push.example/1");
  assert.deepEqual(happened(), [
    ...[noteOfUnsubscribing, "unsubscribe", noteOfSubscribing, "subscribe"],
    "set https://push.example/2",
  ]);
  assert.equal(told.at(-1)?.pushEpoch, 2);
});

test("who is off gives the address up, and tells the service nothing: it forgot it", async () => {
  const { state, push, platform, connect, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  await connect();
  happened();
  state.isOn = false;
  await push.settle();
  assert.deepEqual(happened(), [noteOfUnsubscribing, "unsubscribe"]);
});

test("a changed policy changes nothing until it is answered", async () => {
  const { state, push, platform, connect, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  await connect();
  happened();
  state.consent = "unasked";
  await push.settle();
  await connect();
  assert.deepEqual(happened(), []);
});

test("without a platform nothing is told, whatever the service knows", async () => {
  const { state, connect, happened } = begin();
  state.consent = "yes";
  await connect("https://push.example/1");
  assert.deepEqual(happened(), []);
});

test("the owner learns that the browser gets no address, or that the service takes none; a connection goes on", async () => {
  const { state, push, platform, connect, happened } = begin();
  state.consent = "yes";
  state.subscribe = () => Promise.reject(new AssentError("unreachable"));
  await assert.rejects(push.use(platform), { code: "unreachable" });
  await connect();
  state.subscribe = undefined;
  state.refuses = new AssentError("not_offered");
  await assert.rejects(push.settle(), { code: "not_offered" });
  // What may be taken later is told later, by whoever connects.
  state.refuses = new AssentError("key_outdated");
  await push.settle();
  for (const code of ["not_offered", "key_outdated", "internal"] as const) {
    state.refuses = new AssentError(code);
    await connect();
  }
  state.refuses = undefined;
  happened();
  await connect();
  assert.deepEqual(happened(), ["set https://push.example/1"]);
});

/** Lets all happen that waits for nothing. */
const turn = () => new Promise(setImmediate);

test("a push service that does not answer is waited for for 30 seconds, and asked again with the next connection", async () => {
  const { state, push, platform, timers, connect, happened } = begin();
  state.consent = "yes";
  await push.use(platform);
  await connect();
  state.key = keyOf(2);
  state.subscribe = () => new Promise(() => undefined);
  const hanging = push.settle();
  // Of two that are opened meanwhile, the last is told.
  const [former, last] = [connect(), connect()];
  await turn();
  timers.pass(29_999);
  await turn();
  happened();
  state.subscribe = undefined;
  timers.pass(1);
  await assert.rejects(hanging, { code: "unreachable" });
  await Promise.all([former, last]);
  assert.deepEqual(happened(), [noteOfSubscribing, "subscribe", "set https://push.example/2"]);
  assert.equal(timers.set, 0);
});

test("closed, it waits for no push service", async () => {
  const { state, push, platform, timers } = begin();
  state.consent = "yes";
  state.subscribe = () => new Promise(() => undefined);
  const hanging = push.use(platform);
  await turn();
  assert.equal(timers.set, 1);
  push.close();
  await assert.rejects(hanging, { code: "unreachable" });
  assert.equal(timers.set, 0);
});
