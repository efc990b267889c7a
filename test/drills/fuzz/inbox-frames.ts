// The inbox under bad input: answers to its challenge that are not the device's, and frames of everything it takes,
// changed. What is refused by its number ends nothing.
import assert from "node:assert/strict";
import {
  authentication,
  connect,
  type InboxAnswered,
  type InboxAsk,
  inboxAnswerIn,
  inboxFrame,
  openInbox,
  type TestInbox,
  type TestSocket,
} from "@assent/bare-phone";
import { InboxRequestSchema, randomBytes, returnProof } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { isAsWritten } from "./as-written.ts";
import type { Answer, Cases } from "./cases.ts";
import { inTime } from "./in-time.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedPhone, FuzzedService } from "./service.ts";

const bodies: readonly InboxAsk[] = [
  { case: "acknowledge", value: { position: 1n } },
  { case: "mintCapabilities", value: { count: 2 } },
  { case: "blockAddresses", value: { block: [randomBytes(16)], unblock: [randomBytes(16)] } },
  { case: "heartbeat", value: { number: 7 } },
  { case: "setPush", value: { endpoint: "https://push.example/", secret: randomBytes(16) } },
  { case: "comeBack", value: { deviceId: randomBytes(32), proof: randomBytes(64) } },
];
/** What they are answered on an inbox whose device is not known: unauthenticated, where they are not here. */
const answerBefore: Readonly<Record<string, Answer>> = {
  heartbeat: "dropped",
  comeBack: "key_outdated",
};

export class InboxTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;
  readonly #phone: FuzzedPhone;

  constructor(service: FuzzedService, cases: Cases, phone: FuzzedPhone) {
    this.#service = service;
    this.#cases = cases;
    this.#phone = phone;
  }

  async run(total: number): Promise<void> {
    await this.#authenticating(total * 0.2);
    await this.#comingBack(total * 0.1);
    await this.#frames(total * 0.7);
  }

  /** Answers to the challenge that are not the device's. */
  async #authenticating(cases: number): Promise<void> {
    const target = "inbox, not authenticated";
    const signed = async (nonce: Uint8Array, isOurs: boolean): Promise<InboxAsk> => {
      const right = await authentication(this.#phone, nonce);
      const value = isOurs ? right : { ...right, signature: randomBytes(64) };
      return { case: "authenticate", value };
    };
    await this.#cases.property(target, cases, mutation, async (changes) => {
      const given = await this.#enter((nonce) => signed(nonce, false), changing(changes));
      assert.notEqual(given, "accepted");
      return given;
    });
    for (const early of bodies) {
      const answer = this.#enter(async () => early);
      await this.#cases.expect(target, answerBefore[early.case ?? ""] ?? "unauthenticated", answer);
    }
    const right = this.#enter((nonce) => signed(nonce, true));
    await this.#cases.expect(target, "accepted", right);
  }

  /** Proofs by a return key that are none of it. */
  async #comingBack(cases: number): Promise<void> {
    const target = "inbox, coming back";
    const inbox = await openInbox(this.#service, this.#phone);
    const { returnKey } = (await inbox.until("ready")).value;
    inbox.webSocket.close();
    const proved = async (nonce: Uint8Array, isOurs: boolean): Promise<InboxAsk> => {
      const proof = isOurs ? returnProof(returnKey, nonce) : randomBytes(64);
      return { case: "comeBack", value: { deviceId: this.#phone.device.id, proof } };
    };
    await this.#cases.property(target, cases, mutation, async (changes) => {
      const given = await this.#enter((nonce) => proved(nonce, false), changing(changes));
      assert.notEqual(given, "accepted");
      return given;
    });
    const right = this.#enter((nonce) => proved(nonce, true));
    await this.#cases.expect(target, "accepted", right);
  }

  /** Answers a challenge by a frame, changed or not. */
  async #enter(
    answerTo: (nonce: Uint8Array) => Promise<InboxAsk>,
    change = (frame: Uint8Array) => frame,
  ): Promise<Answer> {
    const socket = await connect(this.#service, "/inbox");
    const challenge = await inboxAnswer(socket);
    assert.ok(challenge.case === "challenge");
    const frame = change(inboxFrame(1, await answerTo(challenge.value.nonce)));
    socket.webSocket.send(frame);
    const asked = read(frame);
    // Nobody answers an answer.
    if (asked?.body.case === "heartbeat" && asked.body.value.isAnswer) {
      socket.webSocket.close();
      return "dropped";
    }
    const answer = await inboxAnswer(socket);
    // Whoever is there may be asked whether they are.
    if (asked?.body.case === "heartbeat") {
      const isTaken = answer.case === "heartbeat";
      assert.ok(isTaken || !isAsWritten(InboxRequestSchema, asked, frame));
      if (isTaken) {
        socket.webSocket.close();
        return "dropped";
      }
    }
    if (answer.case === "ready") {
      socket.webSocket.close();
      return "accepted";
    }
    assert.ok(answer.case === "error", `answered with ${answer.case}`);
    // The device may still sign.
    if (answer.value.code === "key_outdated") socket.webSocket.close();
    else assert.equal(await inTime(socket.closed), 1008);
    return answer.value.code as Answer;
  }

  async #frames(cases: number): Promise<void> {
    const socket = new NumberedInbox(this.#service, this.#phone);
    const made = fc.tuple(fc.constantFrom(...bodies), mutation);
    const control = () => socket.ask({ case: "mintCapabilities", value: { count: 1 } });
    await this.#cases.expect("inbox frame", "accepted", control());
    await this.#cases.property("inbox frame", cases, made, ([body, changes]) =>
      socket.ask(body, (frame) => mutate(frame, changes)),
    );
    await this.#cases.expect("inbox frame", "accepted", control());
    const push = socket.ask(bodies.find((body) => body.case === "setPush") as InboxAsk);
    await this.#cases.expect("inbox frame", "not_offered", push);
    socket.close();
  }
}

/** An inbox that is opened again where it was closed, or where a change took too high a number. */
class NumberedInbox {
  readonly #service: FuzzedService;
  readonly #phone: FuzzedPhone;
  #inbox: TestInbox | undefined;
  #last = 0;

  constructor(service: FuzzedService, phone: FuzzedPhone) {
    this.#service = service;
    this.#phone = phone;
  }

  async ask(body: InboxAsk, change = (frame: Uint8Array) => frame): Promise<Answer> {
    const inbox = await this.#open();
    this.#last += 1;
    const frame = change(inboxFrame(this.#last, body));
    const asked = read(frame);
    const isNext = (asked?.request ?? 0) >= this.#last;
    this.#last = Math.max(this.#last, asked?.request ?? 0);
    inbox.webSocket.send(frame);
    // Nobody answers an answer.
    const isAnswer = asked?.body.case === "heartbeat" && asked.body.value.isAnswer;
    if (isAnswer && isNext) {
      // Whether it was taken is not heard.
      if (!isAsWritten(InboxRequestSchema, asked, frame)) this.close();
      return "dropped";
    }
    for (;;) {
      const answer = await inboxAnswer(inbox);
      if (answer.case === "ready" || answer.case === "delivery") continue;
      if (answer.case !== "error") {
        assert.equal(answer.request, asked?.request);
        return "accepted";
      }
      if (answer.request === 0) assert.equal(await inTime(inbox.closed), 1008);
      else assert.equal(answer.request, asked?.request);
      return answer.value.code as Answer;
    }
  }

  async #open(): Promise<TestInbox> {
    const { readyState, OPEN } = this.#inbox?.webSocket ?? {};
    if (this.#inbox && readyState === OPEN && this.#last < 0x7fff_0000) return this.#inbox;
    this.close();
    this.#inbox = await openInbox(this.#service, this.#phone);
    // The challenge was answered under 1.
    this.#last = 1;
    return this.#inbox;
  }

  close(): void {
    this.#inbox?.webSocket.close();
    this.#inbox = undefined;
  }
}

function changing(changes: Parameters<typeof mutate>[1]) {
  return (frame: Uint8Array) => mutate(frame, changes);
}

function read(frame: Uint8Array) {
  try {
    return fromBinary(InboxRequestSchema, frame);
  } catch {
    return undefined;
  }
}

async function inboxAnswer(socket: TestSocket): Promise<InboxAnswered> {
  return inboxAnswerIn(await inTime(socket.next()));
}
