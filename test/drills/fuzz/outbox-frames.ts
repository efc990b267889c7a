// The outbox under bad input: capabilities and tickets with a bit changed, and frames of everything it takes, changed.
import assert from "node:assert/strict";
import { openOutbox, resultsIn, type TestOutbox } from "@assent/bare-phone";
import {
  EnvelopeStatus,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  PutOutcome,
  type RequestError,
  randomBytes,
} from "@assent/protocol";
import { fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { isAsWritten } from "./as-written.ts";
import type { Answer, Cases } from "./cases.ts";
import { inTime } from "./in-time.ts";
import { encoded } from "./made-anew.ts";
import { mutate, mutation } from "./mutation.ts";
import type { FuzzedPhone, FuzzedService } from "./service.ts";
import { assertWhole, takeAll } from "./whole-mailbox.ts";

type OutboxAsk = Exclude<MessageInitShape<typeof OutboxRequestSchema>, { $typeName: string }>;

// Fewer than wait through one address.
const putsBetweenTakes = 1_000;

export class OutboxTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;
  readonly #phone: FuzzedPhone;
  readonly #capability: Uint8Array;

  constructor(service: FuzzedService, cases: Cases, phone: FuzzedPhone, capability: Uint8Array) {
    this.#service = service;
    this.#cases = cases;
    this.#phone = phone;
    this.#capability = capability;
  }

  async run(total: number): Promise<void> {
    await this.#changedCapabilities();
    await this.#changedTickets();
    await this.#frames(total);
  }

  /** Every bit, for puts and for status queries; the unchanged one is the control. */
  async #changedCapabilities(): Promise<void> {
    const outbox = await openOutbox(this.#service);
    const ticket = await this.#ticket(outbox);
    const asked = everyBit(this.#capability).flatMap((capability) => [
      outbox.put({ capability }),
      outbox.askStatus({ capability, ticket }),
    ]);
    for (const request of asked) {
      const result = await inTime(outbox.resultOf(request));
      assert.ok(result.kind === "error", "a changed bit opened");
      this.#cases.note("capability, each bit", result.code as Answer);
      // One bit makes it one of an earlier key, of which there is none any more.
      assert.ok(["request_invalid", "address_expired"].includes(result.code), result.code);
    }
    outbox.webSocket.close();
    assert.equal(await takeAll(this.#service, this.#phone), 1);
    await assertWhole(this.#service, this.#phone, this.#capability);
  }

  /** Every bit: no other says that its envelope is held. */
  async #changedTickets(): Promise<void> {
    const outbox = await openOutbox(this.#service);
    const capability = this.#capability;
    const ticket = await this.#ticket(outbox);
    const statusOf = (shown: Uint8Array) =>
      outbox.resultOf(outbox.askStatus({ capability, ticket: shown }));
    for (const changed of everyBit(ticket)) {
      const result = await inTime(statusOf(changed));
      if (result.kind === "status") assert.equal(result.status, EnvelopeStatus.LOST);
      this.#cases.note(
        "ticket, each bit",
        result.kind === "error" ? (result.code as Answer) : "accepted",
      );
    }
    const control = await inTime(statusOf(ticket));
    assert.ok(control.kind === "status" && control.status === EnvelopeStatus.HELD);
    outbox.webSocket.close();
  }

  async #ticket(outbox: TestOutbox): Promise<Uint8Array> {
    const put = outbox.put({ capability: this.#capability });
    const stored = await inTime(outbox.resultOf(put));
    assert.ok(stored.kind === "put" && stored.outcome === PutOutcome.STORED);
    return stored.ticket;
  }

  async #frames(cases: number): Promise<void> {
    let socket = new NumberedOutbox(await openOutbox(this.#service));
    let asked = 0;
    const ask = async (make: (first: number) => OutboxAsk, change = (frame: Bytes) => frame) => {
      asked += 1;
      if (asked % putsBetweenTakes === 0) await takeAll(this.#service, this.#phone);
      if (!socket.isOpen) socket = new NumberedOutbox(await openOutbox(this.#service));
      return socket.ask(make, change);
    };
    const capability = this.#capability;
    const ticket = await this.#ticket(await openOutbox(this.#service));
    const put = (request: number) => ({
      ...{ request, capability },
      ...{ envelopeId: randomBytes(32), body: randomBytes(512) },
    });
    const { envelopeId, body } = put(0);
    const frames: Readonly<Record<string, (first: number) => OutboxAsk>> = {
      "outbox frame": (first) => ({
        puts: [put(first), { ...put(first + 1), after: first, quiet: true }],
        statusQueries: [{ request: first + 2, capability, ticket }],
        heartbeats: [{ number: first }],
      }),
      // None of a ticket's length: what is taken back of one mailbox is counted, and would be too much in the end.
      "outbox frame of a revoke": (first) => ({
        revokes: [
          {
            request: first,
            targets: [{ capability, secret: randomBytes(32), ticket: randomBytes(15) }],
          },
        ],
      }),
      "outbox frame of what is reserved": (first) => ({
        sharedPuts: [{ request: first, targets: [{ capability, envelopeId }], body }],
      }),
    };
    const rightAnswers: Readonly<Record<string, Answer>> = {
      "outbox frame": "accepted",
      "outbox frame of a revoke": "request_invalid",
    };
    for (const [target, make] of Object.entries(frames)) {
      const right = rightAnswers[target] ?? "not_offered";
      await this.#cases.expect(target, right, ask(make));
      await this.#cases.property(
        target,
        cases * (right === "accepted" ? 0.8 : 0.1),
        mutation,
        (changes) => ask(make, (frame) => mutate(frame, changes)),
      );
      await this.#cases.expect(target, right, ask(make));
    }
    await this.#afterWhatWasRefused();
  }

  /** A put behind one that was refused is refused too, and so is one behind itself or what is still to come. */
  async #afterWhatWasRefused(): Promise<void> {
    const target = "put after another";
    const outbox = await openOutbox(this.#service);
    const capability = this.#capability;
    const answerOf = async (request: number): Promise<Answer> => {
      const result = await inTime(outbox.resultOf(request));
      return result.kind === "error" ? (result.code as Answer) : "accepted";
    };
    const stored = outbox.put({ capability });
    await this.#cases.expect(target, "accepted", answerOf(stored));
    const behind = outbox.put({ capability, after: stored });
    await this.#cases.expect(target, "accepted", answerOf(behind));
    const refused = outbox.put({ capability: randomBytes(capability.length) });
    const behindRefused = outbox.put({ capability, after: refused });
    const behindThat = outbox.put({ capability, after: behindRefused });
    await this.#cases.expect(target, "request_invalid", answerOf(refused));
    await this.#cases.expect(target, "after_refused", answerOf(behindRefused));
    await this.#cases.expect(target, "after_refused", answerOf(behindThat));
    for (const ahead of [1, 2, 1_000]) {
      const early = outbox.put({ capability, after: behindThat + 4 + ahead });
      await this.#cases.expect(target, "request_invalid", answerOf(early));
    }
    outbox.webSocket.close();
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

/** An outbox that is asked frame by frame, and knows how many answers each must get. */
class NumberedOutbox {
  readonly #outbox: TestOutbox;
  #last = 0;

  constructor(outbox: TestOutbox) {
    this.#outbox = outbox;
  }

  /** Numbers only rise: after a change that took a high one there are no more to be had. */
  get isOpen(): boolean {
    const { readyState, OPEN } = this.#outbox.webSocket;
    return readyState === OPEN && this.#last < 0x7fff_0000;
  }

  /** The code that the first of what was refused in the frame was refused with. */
  async ask(make: (first: number) => OutboxAsk, change: (frame: Bytes) => Bytes): Promise<Answer> {
    const frame = change(encoded(OutboxRequestSchema, make(this.#last + 1)));
    const { isReadable, mustBeTaken, answers, lastNumber } = askedIn(frame);
    this.#last = Math.max(this.#last, lastNumber) + 8;
    this.#outbox.webSocket.send(frame);
    const errors: RequestError[] = [];
    for (let answered = 0; answered < (isReadable ? answers : 1); ) {
      const answer = fromBinary(OutboxAnswerSchema, await inTime(this.#outbox.next()));
      answered += [...resultsIn(answer)].length + answer.heartbeats.length;
      errors.push(...answer.errors);
      if (answer.errors.some(({ request }) => request === 0)) break;
    }
    const [first] = errors.sort((one, other) => one.request - other.request);
    if (isReadable && first?.request !== 0) {
      // Whether what nobody answers was taken is not heard.
      if (answers === 0 && !mustBeTaken) this.#outbox.webSocket.close();
      return (first?.code as Answer | undefined) ?? "accepted";
    }
    // A frame that cannot be read is answered, and then the socket closes.
    assert.equal(mustBeTaken, false);
    assert.deepEqual([first?.request, first?.code], [0, "request_invalid"]);
    assert.equal(await inTime(this.#outbox.closed), 1008);
    return "request_invalid";
  }
}

interface Asked {
  readonly isReadable: boolean;
  /** It is as the codec would write it, too. */
  readonly mustBeTaken: boolean;
  /** How many answers it must get. */
  readonly answers: number;
  readonly lastNumber: number;
}

/** A frame must have something in it, not too much, and whatever is asked has a number to be answered by. */
function askedIn(frame: Uint8Array): Asked {
  try {
    const asked = fromBinary(OutboxRequestSchema, frame);
    const numbered = [...asked.puts, ...asked.statusQueries, ...asked.revokes, ...asked.sharedPuts];
    const items = numbered.length + asked.heartbeats.length;
    const hasNumbers = numbered.every(({ request }) => request > 0);
    const isReadable = items > 0 && items <= limits.itemsPerFrame && hasNumbers;
    return {
      isReadable,
      mustBeTaken: isReadable && isAsWritten(OutboxRequestSchema, asked, frame),
      // Nobody answers an answer.
      answers: items - asked.heartbeats.filter(({ isAnswer }) => isAnswer).length,
      lastNumber: numbered.reduce((highest, { request }) => Math.max(highest, request), 0),
    };
  } catch {
    return { isReadable: false, mustBeTaken: false, answers: 0, lastNumber: 0 };
  }
}

function everyBit(bytes: Uint8Array): Bytes[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) =>
    mutate(bytes, { changes: [{ kind: "flip", at: bit >> 3, bit: bit & 7 }], path: [] }),
  );
}
