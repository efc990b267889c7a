// A whole phone that follows its inbox, over a network that the test speaks for: a dead connection is noticed, what the
// cell has anew is fetched before anything is taken, and whoever is signed out learns why.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AccountEndingSchema,
  EndingReason,
  ErrorDetailSchema,
  GetParametersResponseSchema,
  InboxAnswerSchema,
  InboxRequestSchema,
  signAccountEnding,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  CellForTests,
  keyPackagesOnly,
  type PhoneForTests,
  phoneOn,
} from "./account/cell-for-tests.ts";
import { ownDeviceOf } from "./account/self.ts";
import { TimersForTests } from "./clock/timers-for-tests.ts";
import type { Network, SocketHandlers } from "./egress/network.ts";
import type { EventsOptions, ProfileEvent } from "./events.ts";
import { openProfile, type Profile } from "./profile.ts";

type Answer = MessageInitShape<typeof InboxAnswerSchema>["body"];

const [lineage, generation] = [7, 1];

let cell: CellForTests;
let phone: PhoneForTests;
let timers: TimersForTests;
let profile: Profile;
/** What the service was asked, oldest first, and what it says once a device was proved. */
let asked: string[];
/** Called with each thing that it was asked, before it answers. */
let onAsked: (what: string) => void;
/** What answers to being asked for capabilities, which each round begins with, where the test does not let it at once. */
let withheld: (() => void)[] | undefined;
let readyOf: () => Answer;
let inboxes: {
  readonly handlers: SocketHandlers;
  say(body: Answer, request?: number): void;
  isOpen: boolean;
}[];
let ending: AbortController;

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await phoneOn(cell);
  timers = new TimersForTests();
  [asked, inboxes] = [[], []];
  onAsked = () => undefined;
  withheld = undefined;
  ending = new AbortController();
  readyOf = () => ({
    case: "ready",
    value: {
      lineage,
      generation,
      singleUseKeyPackagesLeft: 20,
      certificateNumber: cell.certificateNumber,
      parametersSequence: cell.sequence,
    },
  });
  profile = await openProfile({
    store: phone.store,
    network: { http, openSocket, close: () => undefined },
    encryption: keyPackagesOnly,
    now: () => 1_800_000_000_000,
    timers,
    random: () => 0.5,
  });
});

const http: Network["http"] = async ({ url }) => {
  const procedure = url.split("/").at(-1) ?? "";
  asked.push(procedure);
  const headers = { "content-type": "application/proto" };
  if (procedure === "GetParameters") {
    const answer = create(GetParametersResponseSchema, await cell.parameters());
    return { status: 200, headers, body: toBinary(GetParametersResponseSchema, answer) };
  }
  if (procedure === "AddKeyPackages") return { status: 200, headers, body: new Uint8Array() };
  const detail = toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { code: "not_offered" }));
  const type = ErrorDetailSchema.typeName;
  const error = {
    code: "unimplemented",
    details: [{ type, value: Buffer.from(detail).toString("base64").replace(/=+$/, "") }],
  };
  const body = new TextEncoder().encode(JSON.stringify(error));
  return { status: 501, headers: { "content-type": "application/json" }, body };
};

const openSocket: Network["openSocket"] = async (url, _subprotocol, handlers) => {
  const say = (body: Answer, request = 0) => {
    const answer = create(InboxAnswerSchema, { request, body });
    if (inbox.isOpen) handlers.onMessage(toBinary(InboxAnswerSchema, answer));
  };
  const inbox = { handlers, say, isOpen: true };
  assert.ok(url.endsWith("/inbox"));
  asked.push("open-inbox");
  inboxes.push(inbox);
  onAsked("open-inbox");
  queueMicrotask(() => say({ case: "challenge", value: { nonce: new Uint8Array(32) } }));
  return {
    send: (bytes) => {
      const { request, body } = fromBinary(InboxRequestSchema, bytes);
      asked.push(body.case ?? "");
      onAsked(body.case ?? "");
      if (body.case === "acknowledge") say({ case: "acknowledged", value: {} }, request);
      if (body.case === "mintCapabilities") {
        const answer = () => say({ case: "mintedCapabilities", value: {} }, request);
        if (withheld) withheld.push(answer);
        else answer();
      }
      if (body.case !== "authenticate") return;
      const ready = readyOf();
      if (ready?.case === "error") return say(ready);
      say(ready, request);
      say({ case: "delivery", value: { caughtUp: true, lineage, generation } });
    },
    close: () => {
      if (inbox.isOpen) handlers.onClose();
      inbox.isOpen = false;
    },
  };
};

async function heard(options: EventsOptions): Promise<ProfileEvent[]> {
  const events: ProfileEvent[] = [];
  for await (const event of profile.events(options)) events.push(event);
  return events;
}

/** Follows until the test ends it; resolves with the error, if there is one. */
function following(): Promise<unknown> {
  return heard({ signal: ending.signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Lets things happen until it is so; what is not so after very many turns never will be. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    assert.ok(turns < 20_000, isSo.toString());
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const heartbeats = () => asked.filter((what) => what === "heartbeat").length;
const isFollowing = (times: number) => () =>
  inboxes.length === times && asked.at(-1) === "mintCapabilities";

/** Until all that follows from having been caught up is done. */
async function settled(times: number): Promise<void> {
  await until(isFollowing(times));
  await lookedAfter();
}

/** Until the clocks are set that a round ends with (silence, the next round, the day of a connection), and nothing happens. */
async function lookedAfter(): Promise<void> {
  for (let turns = 0; turns < 200; turns = timers.set >= 3 ? turns + 1 : 0)
    await new Promise((resolve) => setImmediate(resolve));
}

describe("a phone that follows", () => {
  test("asks after 45 seconds of silence, and connects anew where nothing comes for 30 more", async () => {
    const over = following();
    await settled(1);
    timers.pass(44_999);
    assert.equal(heartbeats(), 0);
    timers.pass(1);
    await until(() => heartbeats() === 1);
    timers.pass(29_999);
    assert.equal(inboxes[0]?.isOpen, true);
    timers.pass(1);
    assert.equal(inboxes[0]?.isOpen, false);
    // It lets a second pass before it tries again.
    await until(() => {
      timers.pass(1_000);
      return inboxes.length === 2;
    });
    await settled(2);
    assert.equal(inboxes[1]?.isOpen, true);
    ending.abort();
    assert.equal(await over, undefined);
  });

  test("goes on where the service answers, or says anything at all", async () => {
    const over = following();
    await settled(1);
    timers.pass(45_000);
    await until(() => heartbeats() === 1);
    inboxes[0]?.say({ case: "heartbeat", value: { number: 1, isAnswer: true } });
    timers.pass(44_999);
    inboxes[0]?.say({ case: "heartbeat", value: { number: 9 } });
    // The answer to that one.
    await until(() => heartbeats() === 2);
    timers.pass(44_999);
    assert.equal(heartbeats(), 2);
    timers.pass(1);
    await until(() => heartbeats() === 3);
    assert.deepEqual([inboxes.length, inboxes[0]?.isOpen], [1, true]);
    ending.abort();
    assert.equal(await over, undefined);
    const noted = (await profile.ledger.lines()).filter(
      ({ declaration }) => declaration === "inbox-heartbeat",
    );
    assert.equal(noted.length, 3);
  });

  /** Lets time go by, in which the service says now and then that it is there. */
  async function quietlyPass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 40_000) {
      inboxes.at(-1)?.handlers.onBytes?.();
      timers.pass(Math.min(40_000, milliseconds - passed));
      await new Promise(setImmediate);
    }
  }
  const rounds = () => asked.filter((what) => what === "mintCapabilities").length;

  test("looks after what is due although nothing comes", async () => {
    const over = following();
    await settled(1);
    assert.equal(rounds(), 1);
    // A quarter of an hour, and half of a quarter of that.
    await quietlyPass(1_012_499);
    assert.equal(rounds(), 1);
    await quietlyPass(1);
    await until(() => rounds() === 2);
    // And again, once that round is over.
    await until(() => {
      inboxes[0]?.handlers.onBytes?.();
      timers.pass(10_000);
      return rounds() === 3;
    });
    assert.equal(inboxes.length, 1);
    ending.abort();
    assert.equal(await over, undefined);
  });

  test("takes what comes while it looks after what the last delivery left to do, and that once at a time", async () => {
    const over = following();
    await settled(1);
    withheld = [];
    const acknowledged = () => asked.filter((what) => what === "acknowledge").length;
    for (const count of [1, 2, 3]) {
      const envelopes = [{ position: BigInt(count), envelopeId: new Uint8Array(32).fill(count) }];
      const value = { caughtUp: true, lineage, generation, envelopes };
      inboxes[0]?.say({ case: "delivery", value });
      await until(() => acknowledged() === count);
      await until(() => rounds() === 2);
    }
    // What came meanwhile is looked after behind it, all at once.
    withheld.shift()?.();
    await until(() => rounds() === 3);
    withheld.shift()?.();
    await lookedAfter();
    assert.equal(rounds(), 3);
    ending.abort();
    assert.equal(await over, undefined);
  });

  test("opens its connection anew after a day, at once", async () => {
    const over = following();
    await settled(1);
    await quietlyPass(86_399_999);
    assert.deepEqual([inboxes.length, inboxes[0]?.isOpen], [1, true]);
    await quietlyPass(1);
    assert.equal(inboxes[0]?.isOpen, false);
    await until(() => inboxes.length === 2 && inboxes[1]?.isOpen === true);
    ending.abort();
    assert.equal(await over, undefined);
  });

  test("comes back after 5 to 30 seconds where the service says that it restarts", async () => {
    const over = following();
    await settled(1);
    const [inbox] = inboxes;
    assert.ok(inbox);
    inbox.isOpen = false;
    inbox.handlers.onClose(1012);
    await new Promise(setImmediate);
    // Half of what it may be: the test's chance is one half.
    timers.pass(17_499);
    await new Promise(setImmediate);
    assert.equal(inboxes.length, 1);
    await until(() => {
      timers.pass(1);
      return inboxes.length === 2;
    });
    await settled(2);
    ending.abort();
    assert.equal(await over, undefined);
  });
});

describe("whoever no longer follows is kept by nothing", () => {
  for (const last of ["open-inbox", "authenticate", "mintCapabilities"]) {
    test(`after ${last}`, async () => {
      onAsked = (what) => {
        if (what === last) ending.abort();
      };
      assert.equal(await following(), undefined);
      assert.equal(asked.filter((what) => what === last).length, 1);
      assert.deepEqual([inboxes.length, inboxes[0]?.isOpen, timers.set], [1, false, 0]);
    });
  }

  test("nor by the pause before a lost connection is tried again", async () => {
    const over = following();
    await settled(1);
    inboxes[0]?.handlers.onClose(1012);
    await until(() => timers.set === 1);
    ending.abort();
    assert.equal(await over, undefined);
    assert.deepEqual([inboxes.length, timers.set], [1, 0]);
  });
});

describe("a profile that is closed", () => {
  beforeEach(() => {
    const refuse = () => Promise.reject(new TypeError("the store is closed"));
    const { store } = phone;
    store.close = async () => {
      Object.assign(store, { get: refuse, list: refuse, commit: refuse });
    };
  });

  test("is followed no more, and tries nothing anew", async () => {
    const over = following();
    await settled(1);
    await profile.close();
    assert.equal(await over, undefined);
    assert.deepEqual([inboxes.length, inboxes[0]?.isOpen, timers.set], [1, false, 0]);
  });

  test("waits for no push service, and nothing else did", async () => {
    cell.changes = { pushKeys: [{ epoch: 1, publicKey: new Uint8Array(65) }] };
    cell.sequence += 1n;
    await profile.account.setPurpose("push", true);
    const subscribe = () => {
      asked.push("subscribe");
      return new Promise<never>(() => undefined);
    };
    const [yes, none] = [async () => true, async () => undefined];
    await profile.push.use({ isAllowed: yes, current: none, unsubscribe: none, subscribe });
    const over = following();
    await until(() => ["subscribe", "mintCapabilities"].every((what) => asked.includes(what)));
    await profile.close();
    assert.deepEqual([await over, timers.set], [undefined, 0]);
  });

  test("has no events, whoever asks for them then", async () => {
    await profile.close();
    assert.equal(await following(), undefined);
    assert.deepEqual(asked, []);
  });
});

test("parameters that are later than those known are fetched before anything is taken", async () => {
  await heard({ follow: false });
  assert.ok(!asked.includes("GetParameters"));
  asked = [];
  cell.sequence += 1n;
  await heard({ follow: false });
  const [opened, proved, fetched, ...rest] = asked;
  assert.deepEqual([opened, proved, fetched], ["open-inbox", "authenticate", "GetParameters"]);
  assert.ok(!rest.includes("GetParameters"));
  // A new epoch: the number is claimed anew as the last thing; that it cannot be is no error here.
  asked = [];
  await cell.rotate();
  await heard({ follow: false });
  assert.equal(asked.filter((what) => what === "GetParameters").length, 1);
  assert.equal(asked.at(-1), "RenewClaim");
});

test("a phone that was signed out shows how its account ended, where the cell states it", async () => {
  const { identity } = phone.state.current;
  assert.ok(identity);
  const statement = create(AccountEndingSchema, {
    cellId: cell.id,
    accountId: new Uint8Array(ownDeviceOf(identity).accountId),
    endedAtMs: 1_799_000_000_000n,
    reason: EndingReason.TAKEN_OVER,
  });
  const stated = await signAccountEnding(cell.receiptsKey.privateKey, statement);
  const certificate = await cell.certificate();
  readyOf = () => ({
    case: "error",
    value: { code: "signed_out", ending: stated, certificate },
  });
  await assert.rejects(heard({ follow: false }), { code: "signed_out" });
  const { phase, ending: shown } = await profile.account.status();
  assert.equal(phase, "ended");
  assert.deepEqual(shown, { reason: "taken-over", at: new Date(1_799_000_000_000) });
});
