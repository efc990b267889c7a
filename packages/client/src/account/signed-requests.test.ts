// Requests in a device's name: their counter, that they go one at a time, and what shows that a profile was set back.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  type AuthenticatedRequest,
  InboxAnswerSchema,
  InboxRequestSchema,
  inboxProcedure,
  type LastRequest,
  LastRequestSchema,
  randomBytes,
  requestHashOf,
  sha256,
  signInboxChallenge,
  signRequest,
  verifyRequest,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { createSockets, type SocketForTests } from "../egress/sockets-for-tests.ts";
import { put, Records, RestartSchema, SpareCapabilitySchema } from "../store/records.ts";
import { CellForTests, cellUrl, type PhoneForTests, phoneOn } from "./cell-for-tests.ts";
import { ProfileStateKeeper } from "./profile-state.ts";
import { ownDeviceOf } from "./self.ts";
import { type Requester, SignedRequests } from "./signed-requests.ts";

const procedure = "/assent.v1.DiscoveryService/Evaluate";
const body = Uint8Array.of(1, 2, 3);
const nowMs = 1_800_000_000_000;

let cell: CellForTests;
let phone: PhoneForTests;
let requester: Requester;
/** What the service shows in `Ready`, and what the device signed. */
let service: { lastRequest?: LastRequest; nonce: Uint8Array; readyOf: typeof ordinary };
let sockets: ReturnType<typeof createSockets>;

const ordinary = (): MessageInitShape<typeof InboxAnswerSchema>["body"] => ({
  case: "ready",
  value: {
    lineage: 4,
    generation: 2,
    ...(service.lastRequest ? { lastRequest: service.lastRequest } : {}),
  },
});

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await phoneOn(cell);
  const { identity } = phone.state.current;
  assert.ok(identity);
  requester = { device: ownDeviceOf(identity), cell: { id: cell.id, url: cellUrl } };
  service = { nonce: randomBytes(32), readyOf: ordinary };
  const say = (
    socket: SocketForTests,
    answer: MessageInitShape<typeof InboxAnswerSchema>["body"],
    request = 0,
  ) =>
    socket.handlers.onMessage(
      toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { request, body: answer })),
    );
  sockets = createSockets(
    (socket) => say(socket, { case: "challenge", value: { nonce: service.nonce } }),
    (socket, bytes) => {
      const { request } = fromBinary(InboxRequestSchema, bytes);
      say(socket, service.readyOf(), request);
    },
  );
});

function openRequests() {
  return new SignedRequests(
    phone.state,
    sockets as unknown as Egress,
    () => nowMs,
    async () => [{ table: "spare", key: "00", value: undefined }],
  );
}

const signer = () => ({
  id: requester.device.deviceId,
  privateKey: requester.device.signaturePrivateKey,
});

/** A request that this device signed, as the service shows it. */
async function signedWith(counter: bigint, key = signer()): Promise<LastRequest> {
  const { signature } = await signRequest(key, { cellId: cell.id, procedure }, body, counter);
  return create(LastRequestSchema, { procedure, counter, bodyHash: sha256(body), signature });
}

/** The counter that would be there after a stop. */
async function storedCounter(): Promise<bigint> {
  return (await ProfileStateKeeper.load(new Records(phone.store))).current.requestCounter;
}

const refused = (code: string) => (error: unknown) =>
  error instanceof AssentError && error.code === code;

describe("the counter", () => {
  test("is stored before the request is sent, and rises with each, also where the answer was lost", async () => {
    const requests = openRequests();
    const sent: [bigint, bigint][] = [];
    const send = async ({ counter }: AuthenticatedRequest) => {
      sent.push([counter, await storedCounter()]);
      if (counter === 2n) throw new AssentError("unreachable");
      return "answer";
    };
    await requests.call(requester, procedure, body, send);
    await assert.rejects(requests.call(requester, procedure, body, send), refused("unreachable"));
    const inbox = await requests.openInbox(requester);
    await requests.call(requester, procedure, body, send);
    assert.deepEqual(sent, [
      [1n, 1n],
      [2n, 2n],
      [4n, 4n],
    ]);
    const [frame] = sockets.opened[0]?.frames ?? [];
    const { body: asked } = fromBinary(InboxRequestSchema, frame?.bytes ?? new Uint8Array());
    assert.ok(asked.case === "authenticate");
    assert.equal(asked.value.counter, 3n);
    assert.equal(asked.value.contract, 1);
    assert.deepEqual(asked.value.accountId, requester.device.accountId);
    inbox.close();
  });

  test("is signed, with the cell, the device, the procedure and the body, and so is the hash that is told", async () => {
    const { answer: request, requestHash } = await openRequests().call(
      requester,
      procedure,
      body,
      async (request) => request,
    );
    const { deviceId, signatureKey } = requester.device;
    const fields = { cellId: cell.id, procedure, deviceId, counter: 1n, bodyHash: sha256(body) };
    assert.ok(await verifyRequest(signatureKey, fields, request.signature));
    assert.deepEqual(requestHash, requestHashOf(fields));
    assert.equal(request.contract, 1);
  });

  test("one request is under way at a time, inboxes that are opened too", async () => {
    const requests = openRequests();
    let underWay = 0;
    const most: number[] = [];
    const send = async () => {
      underWay += 1;
      most.push(underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    };
    service.readyOf = () => {
      most.push(underWay + 1);
      return ordinary();
    };
    await Promise.all([
      requests.call(requester, procedure, body, send),
      requests.openInbox(requester),
      requests.call(requester, procedure, body, send),
      requests.call(requester, procedure, body, send),
    ]);
    assert.deepEqual(most, [1, 1, 1, 1]);
  });
});

describe("a profile that was set back", () => {
  const behind = (accepted: bigint) => async (request: AuthenticatedRequest) => {
    if (request.counter <= accepted) throw new AssentError("counter_behind");
    return request.counter;
  };

  test("is known by its own signature: its counter goes on behind that, and the fact is kept", async () => {
    service.lastRequest = await signedWith(40n);
    await phone.records.commit([put("spare", "00", create(SpareCapabilitySchema))]);
    const { answer } = await openRequests().call(requester, procedure, body, behind(40n));
    assert.equal(answer, 41n);
    const { setBackAtMs, requestCounter, restart } = phone.state.current;
    assert.deepEqual([setBackAtMs, requestCounter], [BigInt(nowMs), 41n]);
    assert.deepEqual([restart?.setBack, restart?.generation, restart?.confirmed], [true, 0, false]);
    // Together with what is given up: no key is used a second time.
    assert.deepEqual(await phone.records.keys("spare"), []);
    assert.equal(await storedCounter(), 41n);
    assert.ok(sockets.opened.every(({ isClosed }) => isClosed));
  });

  test("is known as soon as an inbox is opened, also where only one request is forgotten", async () => {
    service.lastRequest = await signedWith(1n);
    const inbox = await openRequests().openInbox(requester);
    inbox.close();
    assert.equal(phone.state.current.setBackAtMs, BigInt(nowMs));
    assert.equal(phone.state.current.requestCounter, 1n);
  });

  const noProofs: Readonly<Record<string, () => Promise<LastRequest | undefined>>> = {
    "nothing is shown": async () => undefined,
    "what is shown is not of this device": async () =>
      signedWith(40n, { ...signer(), privateKey: randomBytes(32) }),
    "what is shown says another counter than was signed": async () => ({
      ...(await signedWith(40n)),
      counter: 41n,
    }),
    "what is shown is what this device remembers": async () => {
      await phone.state.change({ requestCounter: 40n });
      return signedWith(40n);
    },
    "what is shown is the very answer to the challenge": async () => {
      const signature = await signInboxChallenge(signer(), cell.id, service.nonce, 2n);
      const bodyHash = sha256(service.nonce);
      return create(LastRequestSchema, {
        procedure: inboxProcedure,
        counter: 2n,
        bodyHash,
        signature,
      });
    },
  };
  for (const [what, show] of Object.entries(noProofs)) {
    test(`is not believed where ${what}`, async () => {
      const shown = await show();
      if (shown) service.lastRequest = shown;
      const call = openRequests().call(requester, procedure, body, behind(1_000n));
      await assert.rejects(call, refused("service_untrusted"));
      assert.equal(phone.state.current.setBackAtMs, 0n);
      assert.ok(phone.state.current.requestCounter <= 42n);
    });
  }

  test("whatever else is refused is no reason to look", async () => {
    const call = openRequests().call(requester, procedure, body, async () => {
      throw new AssentError("rate_limited");
    });
    await assert.rejects(call, refused("rate_limited"));
    assert.equal(sockets.opened.length, 0);
  });
});

test("a service that was set back to an earlier generation is raised to the one that addresses are of", async () => {
  await phone.state.change({ generation: 5 });
  const requests = openRequests();
  (await requests.openInbox(requester)).close();
  const { generation, restart, setBackAtMs } = phone.state.current;
  assert.deepEqual([generation, restart?.generation, restart?.setBack], [5, 5, false]);
  assert.equal(setBackAtMs, 0n);
  // What is wanted for another reason stays so.
  await phone.state.change({ restart: create(RestartSchema, { setBack: true, generation: 7 }) });
  (await requests.openInbox(requester)).close();
  assert.deepEqual(
    [phone.state.current.restart?.generation, phone.state.current.restart?.setBack],
    [7, true],
  );
});

test("a generation that is too far on to be true is forgotten when a lower one is named, and nothing begins anew for it", async () => {
  for (const [known, raised] of [
    [1_002, 1_002],
    [1_003, undefined],
    [0xffff_ffff, undefined],
  ] as const) {
    await phone.state.change({ generation: known, restart: undefined });
    (await openRequests().openInbox(requester)).close();
    const { generation, restart } = phone.state.current;
    assert.deepEqual([generation, restart?.generation], [raised ?? 2, raised]);
  }
});

test("an inbox that does not open is given up, holds no request up, and is closed where it opens after all", async () => {
  const opening = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const egress = {
    ...sockets,
    openSocket: async (...asking: Parameters<typeof sockets.openSocket>) => {
      asked.resolve();
      await opening.promise;
      const socket = await sockets.openSocket(...asking);
      return { ...socket, close: () => opened.resolve(socket.close()) };
    },
  };
  const requests = new SignedRequests(
    phone.state,
    egress as unknown as Egress,
    () => nowMs,
    async () => [],
  );
  const deadline = new AbortController();
  const waiting = requests.openInbox(requester, deadline.signal);
  await asked.promise;
  deadline.abort();
  await assert.rejects(waiting, { code: "unreachable" });
  const before = phone.state.current.requestCounter;
  await requests.call(requester, procedure, body, async () => undefined);
  opening.resolve();
  await opened.promise;
  assert.equal(phone.state.current.requestCounter, before + 1n, "its challenge was not answered");
});

test("what the inbox says of store and mailbox is kept, and written only where it changed", async () => {
  const requests = openRequests();
  (await requests.openInbox(requester)).close();
  const { lineage, generation } = phone.state.current;
  assert.deepEqual([lineage, generation], [4, 2]);
  const before = phone.store.commits.length;
  (await requests.openInbox(requester)).close();
  // The counter alone.
  assert.equal(phone.store.commits.length, before + 1);
});
