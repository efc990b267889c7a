// What is read before ws reads it: together they tell of what ws tells of alone, wherever what comes is cut, and whatever it is.
import assert from "node:assert/strict";
import type { Writable } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import * as ws from "ws";
import { readWholeMessages } from "./whole-messages.ts";
import { readFirst, receivedPartOf } from "./ws-receiver.ts";

// Not among the types of ws.
const { Receiver } = ws as unknown as {
  Receiver: new (options: object) => Writable;
};

/** All that a receiver tells of, as text; and how many of the messages were read before it. */
class Told {
  readonly events: string[] = [];
  readFirst = 0;
  readonly receiver: Writable;
  readonly #socket: ws.WebSocket;

  constructor(isReadFirst: boolean) {
    const limits = { maxPayload: 100_000, maxFragments: 4 };
    this.receiver = new Receiver({ isServer: true, ...limits });
    this.#socket = { _receiver: this.receiver } as unknown as ws.WebSocket;
    for (const event of ["message", "ping", "pong", "conclude"]) {
      this.receiver.on(event, (...given: unknown[]) => this.#note(event, given));
    }
    this.receiver.on("error", ({ message }) => this.#note("error", [message]));
    if (isReadFirst) this.#readFirst();
  }

  #readFirst(): void {
    readFirst(this.#socket, {
      chunkCame: (chunk) => {
        if (receivedPartOf(this.#socket) !== undefined) return 0;
        return readWholeMessages(chunk, {
          received: (message, isBinary) => {
            this.readFirst += 1;
            this.#note("message", [message, isBinary]);
          },
        });
      },
      restWasRead: () => undefined,
    });
  }

  #note(event: string, given: readonly unknown[]): void {
    const said = given.map((each) => (each instanceof Buffer ? each.toString("hex") : each));
    this.events.push([event, ...said].join(" "));
  }
}

interface Frame {
  readonly code: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
  readonly mask: Uint8Array;
  /** In so many bits, which may be more than it needs. */
  readonly bits: 7 | 16 | 64;
}

function bytesOf({ code, isFinal, payload, mask, bits }: Frame): Buffer {
  const { length } = payload;
  const bitsNeeded = length > 125 ? 16 : 7;
  const written = Math.max(bits, bitsNeeded);
  const head = Buffer.alloc(written === 7 ? 2 : written === 16 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | code;
  head[1] = 0x80 | (written === 7 ? length : written === 16 ? 126 : 127);
  if (written === 16) head.writeUInt16BE(length, 2);
  if (written === 64) head.writeUInt32BE(length, 6);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] as number));
  return Buffer.concat([head, mask, masked]);
}

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 140 }),
  fc
    .tuple(fc.constantFrom(126, 127, 1_124, 65_535), fc.integer({ min: 0, max: 255 }))
    .map(([length, first]) => new Uint8Array(length).map((_, index) => first + index)),
);
const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
const usual = fc.record({
  code: fc.constant(2),
  isFinal: fc.constant(true),
  payload,
  mask,
  bits: fc.constant<7>(7),
});
const any = fc.record({
  code: fc.constantFrom(0, 1, 2, 2, 2, 9, 10, 8, 3),
  isFinal: fc.boolean(),
  payload: fc.oneof(fc.uint8Array({ maxLength: 10 }), payload),
  mask,
  bits: fc.constantFrom<(7 | 16 | 64)[]>(7, 16, 64),
});
const frames = fc.array(fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: any }), {
  maxLength: 12,
});

/** What comes, cut into pieces that are read each by itself. Ends where ws would have stopped reading. */
function told(isReadFirst: boolean, bytes: Buffer, cuts: readonly number[]): Told {
  const telling = new Told(isReadFirst);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  let from = 0;
  for (const to of ends.sort((a, b) => a - b)) {
    // What is read is unmasked where it stands, also by ws.
    if (to > from && telling.receiver.writable)
      telling.receiver.write(Buffer.from(bytes.subarray(from, to)));
    from = to;
  }
  return telling;
}

test("what is read first and what is left to ws are what ws alone reads", async () => {
  let all = 0;
  let first = 0;
  const stories = fc.tuple(frames, fc.array(fc.nat(), { maxLength: 6 }), fc.option(fc.nat()));
  await fc.assert(
    fc.asyncProperty(stories, async ([given, cuts, damaged]) => {
      const bytes = Buffer.concat(given.map(bytesOf));
      if (damaged !== null && bytes.length > 0) bytes[damaged % bytes.length] = 0xff;
      const [together, alone] = [told(true, bytes, cuts), told(false, bytes, cuts)];
      // Errors are told of a little later.
      await new Promise(setImmediate);
      assert.deepEqual(together.events, alone.events);
      all += alone.events.length;
      first += together.readFirst;
    }),
    { seed: 6455, numRuns: 400 },
  );
  assert.ok(first > all / 4, `${first} of ${all}`);
});

test("a message is read first wherever its bytes stand", () => {
  for (const length of [2, 125, 126, 65_535]) {
    for (const offset of [0, 1, 2, 3]) {
      const payload = new Uint8Array(length).map((_, index) => index);
      const frame = { code: 2, isFinal: true, payload, mask: Uint8Array.of(1, 2, 3, 200) };
      const two = Buffer.concat([bytesOf({ ...frame, bits: 7 }), bytesOf({ ...frame, bits: 16 })]);
      const whole = Buffer.concat([Buffer.alloc(offset), two]).subarray(offset);
      const messages: Buffer[] = [];
      const listener = { received: (message: Buffer) => void messages.push(message) };
      assert.equal(readWholeMessages(whole, listener), whole.length);
      assert.deepEqual(messages, [Buffer.from(payload), Buffer.from(payload)]);
    }
  }
});
