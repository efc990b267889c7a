// The mailbox sockets under bad input: frames that are no message of the contract, capabilities with a bit changed,
// frames of the wrong kind, and bytes that are no frame at all.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import {
  type InboxAnswer,
  InboxAnswerSchema,
  InboxRequestSchema,
  limits,
  type OutboxAnswer,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutOutcome,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import {
  connect,
  openInbox,
  openOutbox,
  type TestOutbox,
  type TestSocket,
} from "../../../packages/server/src/phone-for-tests.ts";
import type { Answer, Cases } from "./cases.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedService } from "./service.ts";

type Account = Awaited<ReturnType<FuzzedService["newPhone"]>>;

export class SocketTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    const account = await this.#service.newPhone();
    const capability = await this.#capabilityOf(account);
    await this.#changedCapabilities(account, capability);
    await this.#outboxFrames(total * 0.5, capability);
    await this.#authenticating(total * 0.1, account);
    await this.#inboxFrames(total * 0.3, account);
    await this.#webSocketBytes(total * 0.1);
    await this.#textFrames();
    await this.#oversizedFrames();
  }

  async #capabilityOf(account: Account): Promise<Uint8Array> {
    const inbox = await openInbox(this.#service, account);
    inbox.ask({ case: "mintCapabilities", value: { count: 1 } });
    for (;;) {
      const answer = await inbox.answer();
      if (answer.case !== "mintedCapabilities") continue;
      inbox.webSocket.close();
      return answer.value.capabilities[0]?.capability ?? new Uint8Array();
    }
  }

  /** Every bit, for puts and for status queries; the unchanged one is the control. */
  async #changedCapabilities(account: Account, capability: Uint8Array): Promise<void> {
    const target = "capability, each bit";
    const outbox = await openOutbox(this.#service);
    const body = new Uint8Array(512);
    const put = (request: number, changed: Uint8Array) => ({
      request,
      capability: changed,
      envelopeId: randomBytes(32),
      body,
    });
    const ask = async (fields: MessageInitShape<typeof OutboxRequestSchema>) => {
      const asked = create(OutboxRequestSchema, fields);
      outbox.webSocket.send(toBinary(OutboxRequestSchema, asked));
      return answersTo(outbox, asked.puts.length + asked.statusQueries.length);
    };
    const flipped = Array.from({ length: capability.length * 8 }, (_, bit) =>
      mutate(capability, {
        changes: [{ kind: "flip", at: bit >> 3, bit: bit & 7 }],
        path: [],
      }),
    );
    for (let from = 0; from < flipped.length; from += 128) {
      const some = flipped.slice(from, from + 128);
      const refused = await ask({
        puts: some.map((changed, index) => put(index + 1, changed)),
        statusQueries: some.map((changed, index) => ({
          request: some.length + index + 1,
          capability: changed,
          secret: randomBytes(32),
        })),
      });
      assert.equal(refused.errors.length, 2 * some.length, "a changed bit opened");
      for (const _ of some) this.#cases.note(target, "request_invalid");
      assert.ok(refused.errors.every(({ code }) => code === "request_invalid"));
    }
    const stored = await ask({ puts: [put(1, capability)] });
    assert.equal(stored.putResults[0]?.outcome, PutOutcome.STORED);
    outbox.webSocket.close();
    assert.equal(await this.#takeAll(account), 1);
  }

  /** How many envelopes wait, which then do not any more. */
  async #takeAll(account: Account): Promise<number> {
    const inbox = await openInbox(this.#service, account);
    let taken = 0;
    for (;;) {
      const answer = await inbox.answer();
      if (answer.case === "error") assert.fail(answer.value.code);
      if (answer.case !== "delivery") continue;
      taken += answer.value.envelopes.length;
      const last = answer.value.envelopes.at(-1);
      if (last) inbox.ask({ case: "acknowledge", value: { position: last.position } });
      if (!answer.value.caughtUp) continue;
      while (last && (await inbox.answer()).case !== "acknowledged");
      inbox.webSocket.close();
      return taken;
    }
  }

  async #outboxFrames(cases: number, capability: Uint8Array): Promise<void> {
    let outbox = await openOutbox(this.#service);
    const valid = () =>
      toBinary(
        OutboxRequestSchema,
        create(OutboxRequestSchema, {
          puts: [{ request: 1, capability, envelopeId: randomBytes(32), body: randomBytes(64) }],
          statusQueries: [{ request: 2, capability, secret: randomBytes(32) }],
        }),
      );
    const ask = async (frame: Uint8Array): Promise<Answer> => {
      if (outbox.webSocket.readyState !== outbox.webSocket.OPEN) {
        outbox = await openOutbox(this.#service);
      }
      outbox.webSocket.send(frame);
      const items = itemsOf(frame);
      const { errors } = await answersTo(outbox, Math.max(1, items));
      if (items > 0) return (errors[0]?.code as Answer | undefined) ?? "accepted";
      // A frame that cannot be read is answered, and then the socket closes.
      assert.deepEqual(
        { ...errors[0], $typeName: "" },
        {
          $typeName: "",
          request: 0,
          code: "request_invalid",
        },
      );
      assert.equal(await inTime(outbox.closed), 1008);
      return "request_invalid";
    };
    await this.#cases.expect("outbox frame", "accepted", ask(valid()));
    await this.#cases.property("outbox frame", cases, mutation, (changes) =>
      ask(mutate(valid(), changes)),
    );
    await this.#cases.expect("outbox frame", "accepted", ask(valid()));
    outbox.webSocket.close();
  }

  /** Answers to the challenge that are not the device's. */
  async #authenticating(cases: number, account: Account): Promise<void> {
    const deviceId = account.device.id;
    await this.#cases.property("inbox, not authenticated", cases, mutation, async (changes) => {
      const socket = await connect(this.#service, "/inbox");
      const challenge = await inboxAnswer(socket);
      assert.equal(challenge.case, "challenge");
      const value = { deviceId, signature: randomBytes(64) };
      const request = { case: "authenticate" as const, value };
      socket.webSocket.send(mutate(inboxFrame({ request }), changes));
      return refusedAndClosed(socket);
    });
  }

  async #inboxFrames(cases: number, account: Account): Promise<void> {
    let inbox: TestSocket | undefined;
    const requests = fc.constantFrom(
      inboxFrame({ request: { case: "acknowledge", value: { position: 1n } } }),
      inboxFrame({ request: { case: "mintCapabilities", value: { count: 2 } } }),
      inboxFrame({
        request: {
          case: "blockAddresses",
          value: { block: [randomBytes(16)], unblock: [randomBytes(16)] },
        },
      }),
    );
    const ask = async (frame: Uint8Array): Promise<Answer> => {
      if (inbox?.webSocket.readyState !== inbox?.webSocket.OPEN) inbox = undefined;
      inbox ??= await openInbox(this.#service, account);
      inbox.webSocket.send(frame);
      for (;;) {
        const answer = await inboxAnswer(inbox);
        if (answer.case === "ready" || answer.case === "delivery") continue;
        if (answer.case !== "error") return "accepted";
        assert.equal(await inTime(inbox.closed), 1008);
        return answer.value.code as Answer;
      }
    };
    const made = fc.tuple(requests, mutation);
    const control = inboxFrame({ request: { case: "mintCapabilities", value: { count: 1 } } });
    await this.#cases.expect("inbox frame", "accepted", ask(control));
    await this.#cases.property("inbox frame", cases, made, ([valid, changes]) =>
      ask(mutate(valid, changes)),
    );
    await this.#cases.expect("inbox frame", "accepted", ask(control));
    inbox?.webSocket.close();
  }

  /** Below WebSocket's own framing: whatever is no frame ends the connection, or is waited for. */
  async #webSocketBytes(cases: number): Promise<void> {
    const payload = toBinary(OutboxRequestSchema, create(OutboxRequestSchema, {}));
    await this.#cases.property("WebSocket bytes", cases, mutation, async (changes) => {
      const socket = await this.#upgraded("/outbox");
      const closed = once(socket, "close");
      socket.on("error", () => undefined);
      socket.end(mutate(Buffer.concat([header(0x82, BigInt(payload.length)), payload]), changes));
      socket.resume();
      await inTime(closed);
      return "dropped";
    });
  }

  async #textFrames(): Promise<void> {
    for (const path of ["/outbox", "/inbox"]) {
      for (const text of ["", "hello", "\u{1f4a9}".repeat(10_000)]) {
        const socket = await connect(this.#service, path);
        socket.webSocket.send(text);
        await this.#cases.expect("text frame", "closed 1003", closeOf(socket));
      }
    }
  }

  /** Refused when its length is known: not a byte of it has to come, and none that comes is kept. */
  async #oversizedFrames(): Promise<void> {
    const gigabyte = 1n << 30n;
    const before = await this.#service.health();
    const sockets = await Promise.all(
      ["/outbox", "/inbox"].map(async (path) => {
        const socket = await this.#upgraded(path);
        socket.on("error", () => undefined);
        const answered = closeFrameOf(socket);
        socket.write(header(0x82, gigabyte));
        await this.#cases.expect("frame of 1 GB", "closed 1009", answered);
        return socket;
      }),
    );
    const part = Buffer.alloc(1_048_576);
    for (const socket of sockets) for (let count = 0; count < 16; count += 1) socket.write(part);
    // What is only passing through is gone when it is asked again.
    let held = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 20 && held > limits.frameBytes; attempt += 1) {
      held = (await this.#service.health()).arrayBuffers - before.arrayBuffers;
    }
    assert.ok(held <= limits.frameBytes, `holds ${held} bytes of frames it refused`);
    for (const socket of sockets) socket.destroy();

    // In fragments, none of which is too long by itself.
    const socket = await this.#upgraded("/outbox");
    socket.on("error", () => undefined);
    const answered = closeFrameOf(socket);
    const half = Buffer.alloc(limits.frameBytes / 2);
    for (const first of [0x02, 0x00, 0x00]) {
      socket.write(Buffer.concat([header(first, BigInt(half.length)), half]));
    }
    await this.#cases.expect("fragments over 1 MB", "closed 1009", answered);
    socket.destroy();

    // The control: as long as is allowed is read, and refused for what it is.
    const allowed = await openOutbox(this.#service);
    allowed.webSocket.send(Buffer.alloc(limits.frameBytes, 0xff));
    await this.#cases.expect("frame of 1 MB", "closed 1008", closeOf(allowed));
  }

  async #upgraded(path: string) {
    const { hostname, port } = new URL(this.#service.origin);
    const socket = connectTcp(Number(port), hostname);
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Protocol: assent.mailbox.v1",
        "\r\n",
      ].join("\r\n"),
    );
    const [answer] = (await inTime(once(socket, "data"))) as [Buffer];
    assert.match(answer.toString("latin1"), /^HTTP\/1\.1 101 /);
    return socket;
  }
}

type InboxFrame = Parameters<typeof create<typeof InboxRequestSchema>>[1];

function inboxFrame(fields: InboxFrame): Uint8Array<ArrayBuffer> {
  return toBinary(InboxRequestSchema, create(InboxRequestSchema, fields));
}

/** How many answers a frame must get; 0 where it cannot be read. */
function itemsOf(frame: Uint8Array): number {
  try {
    const { puts, statusQueries } = fromBinary(OutboxRequestSchema, frame);
    const items = puts.length + statusQueries.length;
    return items <= limits.itemsPerFrame ? items : 0;
  } catch {
    return 0;
  }
}

async function answersTo(outbox: TestOutbox, items: number) {
  const all: Pick<OutboxAnswer, "putResults" | "statusResults" | "errors"> = {
    putResults: [],
    statusResults: [],
    errors: [],
  };
  while (all.putResults.length + all.statusResults.length + all.errors.length < items) {
    const answer = fromBinary(OutboxAnswerSchema, await inTime(outbox.next()));
    all.putResults.push(...answer.putResults);
    all.statusResults.push(...answer.statusResults);
    all.errors.push(...answer.errors);
  }
  return all;
}

async function inboxAnswer(socket: TestSocket): Promise<InboxAnswer["answer"]> {
  return fromBinary(InboxAnswerSchema, await inTime(socket.next())).answer;
}

async function refusedAndClosed(socket: TestSocket): Promise<Answer> {
  const answer = await inboxAnswer(socket);
  assert.ok(answer.case === "error", `answered with ${answer.case}`);
  assert.equal(await inTime(socket.closed), 1008);
  return answer.value.code as Answer;
}

async function closeOf(socket: TestSocket): Promise<Answer> {
  return `closed ${await inTime(socket.closed)}`;
}

/** The code of the close frame that comes last. */
async function closeFrameOf(socket: ReturnType<typeof connectTcp>): Promise<Answer> {
  const [bytes] = (await inTime(
    (async () => {
      for (;;) {
        const [part] = (await once(socket, "data")) as [Buffer];
        const start = part.lastIndexOf(Buffer.of(0x88, 0x02));
        if (start >= 0) return [part.subarray(start)];
      }
    })(),
  )) as [Buffer];
  return `closed ${bytes.readUInt16BE(2)}`;
}

/** Of a frame of a client, masked by zeros. RFC 6455, 5.2. */
function header(first: number, length: bigint): Buffer {
  const bytes = Buffer.alloc(14);
  bytes[0] = first;
  bytes[1] = 0x80 | 127;
  bytes.writeBigUInt64BE(length, 2);
  return bytes;
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timeout = setTimeout(() => late.reject(new Error("no answer came in 10 s")), 10_000);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
