// An inbox that is opened again: by the key that the service gave, where it may know it, and else by a signature.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  AssentError,
  type AuthenticatedRequest,
  InboxAnswerSchema,
  type InboxRequest,
  InboxRequestSchema,
  inboxProcedure,
  type ReadySchema,
  randomBytes,
  returnProof,
  sha256,
  signInboxChallenge,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Egress } from "../egress/egress.ts";
import { createSockets, type SocketForTests } from "../egress/sockets-for-tests.ts";
import { CellForTests, cellUrl, type PhoneForTests, phoneOn } from "./cell-for-tests.ts";
import { ownDeviceOf } from "./self.ts";
import { type Requester, SignedRequests } from "./signed-requests.ts";

type Body = MessageInitShape<typeof InboxAnswerSchema>["body"];

const procedure = "/assent.v1.DiscoveryService/Evaluate";

let phone: PhoneForTests;
let requester: Requester;
let requests: SignedRequests;
/** The service: what it gave, which start of it this is, and whether it knows what it gave. */
let service: {
  key: Uint8Array;
  serviceStart: Uint8Array;
  nonce: Uint8Array;
  isKnown: boolean;
  refusal: string;
  /** The line breaks before the answer. */
  isLost: boolean;
  /** What it shows and gives to who comes back. */
  more: MessageInitShape<typeof ReadySchema>;
};
/** What it was asked, oldest first. */
let asked: InboxRequest["body"][];

function answerTo({ body }: InboxRequest): Body {
  const ready = { lineage: 4, generation: 2 };
  if (body.case === "authenticate") {
    return { case: "ready", value: { ...ready, returnKey: service.key } };
  }
  if (service.refusal) return { case: "error", value: { code: service.refusal } };
  return service.isKnown
    ? { case: "ready", value: { ...ready, ...service.more } }
    : { case: "error", value: { code: "key_outdated" } };
}

beforeEach(async () => {
  const cell = await CellForTests.make();
  phone = await phoneOn(cell);
  const { identity } = phone.state.current;
  assert.ok(identity);
  requester = { device: ownDeviceOf(identity), cell: { id: cell.id, url: cellUrl } };
  service = {
    key: randomBytes(32),
    serviceStart: randomBytes(8),
    nonce: randomBytes(32),
    isKnown: true,
    refusal: "",
    isLost: false,
    more: {},
  };
  asked = [];
  const say = (socket: SocketForTests, body: Body, request = 0) =>
    socket.handlers.onMessage(
      toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { request, body })),
    );
  const sockets = createSockets(
    (socket) => {
      const { nonce, serviceStart } = service;
      say(socket, { case: "challenge", value: { nonce, serviceStart } });
    },
    (socket, bytes) => {
      const request = fromBinary(InboxRequestSchema, bytes);
      asked.push(request.body);
      if (service.isLost) socket.handlers.onClose();
      else say(socket, answerTo(request), request.request);
    },
  );
  requests = new SignedRequests(
    phone.state,
    sockets as unknown as Egress,
    () => 0,
    async () => [],
  );
});

/** What it is asked while an inbox is opened. */
async function casesOfOpening(): Promise<(string | undefined)[]> {
  asked = [];
  (await requests.openInbox(requester)).close();
  return asked.map((body) => body.case);
}

test("the first time it signs, then it comes back by the key, with nothing more to store", async () => {
  assert.deepEqual(await casesOfOpening(), ["authenticate"]);
  const { requestCounter } = phone.state.current;
  const before = phone.store.commits.length;
  for (let time = 0; time < 2; time += 1) {
    service.nonce = randomBytes(32);
    assert.deepEqual(await casesOfOpening(), ["comeBack"]);
    const [body] = asked;
    assert.ok(body?.case === "comeBack");
    assert.deepEqual(body.value.deviceId, requester.device.deviceId);
    assert.deepEqual(body.value.proof, returnProof(service.key, service.nonce));
  }
  assert.equal(phone.state.current.requestCounter, requestCounter);
  assert.equal(phone.store.commits.length, before);
});

test("where the service forgot the key it signs, on the same socket, and comes back by the next one", async () => {
  await casesOfOpening();
  service.isKnown = false;
  service.key = randomBytes(32);
  assert.deepEqual(await casesOfOpening(), ["comeBack", "authenticate"]);
  service.isKnown = true;
  assert.deepEqual(await casesOfOpening(), ["comeBack"]);
  const [body] = asked;
  assert.ok(body?.case === "comeBack");
  assert.deepEqual(body.value.proof, returnProof(service.key, service.nonce));
});

const signsAgain: Readonly<Record<string, () => Promise<unknown>>> = {
  "the service started anew": async () => {
    service.serviceStart = randomBytes(8);
  },
  "the device signed a request": () =>
    requests.call(requester, procedure, randomBytes(3), async ({ counter }: AuthenticatedRequest) =>
      assert.equal(counter, 2n),
    ),
  "it is another service": async () => {
    requester = { ...requester, cell: { ...requester.cell, id: (await CellForTests.make()).id } };
  },
  "it is another device": async () => {
    const { deviceId } = requester.device;
    requester = { ...requester, device: { ...requester.device, deviceId: other(deviceId) } };
  },
  "the service gave none": () => givenAnother(0),
  "what the service gave is no key": () => givenAnother(31),
  "the answer to its signature was lost": async () => {
    service.serviceStart = randomBytes(8);
    service.isLost = true;
    await assert.rejects(casesOfOpening(), AssentError);
    service.isLost = false;
  },
  "coming back did not work": async () => {
    service.isLost = true;
    await assert.rejects(casesOfOpening(), AssentError);
    assert.deepEqual(
      asked.map((body) => body.case),
      ["comeBack"],
    );
    service.isLost = false;
  },
  "coming back was refused": async () => {
    service.refusal = "internal";
    await assert.rejects(casesOfOpening(), AssentError);
  },
};

async function givenAnother(keyLength: number): Promise<void> {
  service.serviceStart = randomBytes(8);
  service.key = randomBytes(keyLength);
  assert.deepEqual(await casesOfOpening(), ["authenticate"]);
}

function other<Id extends Uint8Array>(id: Id): Id {
  return id.map((byte) => byte ^ 1) as Id;
}

for (const [when, happens] of Object.entries(signsAgain)) {
  test(`it signs at once where ${when}`, async () => {
    await casesOfOpening();
    await happens();
    assert.deepEqual(await casesOfOpening(), ["authenticate"]);
  });
}

test("a key that comes with an answer to it is not taken", async () => {
  await casesOfOpening();
  const { key } = service;
  service.more = { returnKey: randomBytes(32) };
  await casesOfOpening();
  await casesOfOpening();
  const [body] = asked;
  assert.ok(body?.case === "comeBack");
  assert.deepEqual(body.value.proof, returnProof(key, service.nonce));
});

test("that the profile was set back is believed to its own signature, also where it came back", async () => {
  await casesOfOpening();
  const signer = {
    id: requester.device.deviceId,
    privateKey: requester.device.signaturePrivateKey,
  };
  const [counter, nonce] = [40n, randomBytes(32)];
  const signature = await signInboxChallenge(signer, requester.cell.id, nonce, counter);
  const shown = { procedure: inboxProcedure, counter, bodyHash: sha256(nonce) };
  service.more = { lastRequest: { ...shown, signature: randomBytes(64) } };
  await casesOfOpening();
  assert.equal(phone.state.current.setBackAtMs, 0n);
  service.more = { lastRequest: { ...shown, signature } };
  assert.deepEqual(await casesOfOpening(), ["comeBack"]);
  assert.equal(phone.state.current.restart?.setBack, true);
  assert.equal(phone.state.current.requestCounter, counter);
});

test("the key is stored nowhere", async () => {
  await casesOfOpening();
  await casesOfOpening();
  const kept = Buffer.from(service.key);
  for (const commit of phone.store.commits) {
    for (const change of commit) {
      assert.ok(!Buffer.from(change.value ?? []).includes(kept));
    }
  }
  assert.ok(phone.store.commits.length > 0);
});
