// While texts are on their way the next are sealed, so that a long line is not waited for: so many and no more, in steps between
// which others get a turn, and never without a line.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turnOfOthers } from "node:timers/promises";
import { AssentError } from "@assent/protocol";
import type { Outbox, OutgoingPut, PutAnswer } from "../../egress/outbox.ts";
import { TextState } from "../../store/records.ts";
import {
  addressed,
  type ConversingForTests,
  conversing,
  encryptedInClear,
  friendNumber,
  personOf,
  writingWith,
} from "../conversing-for-tests.ts";
import { Posting } from "./posting.ts";
import { Starting } from "./starting.ts";
import { queueText } from "./text-queue.ts";

const inOneStep = 64;
const aheadAtMost = 256;

/** A line on which nothing is answered before a test says what. */
class Line {
  ended = false;
  readonly rounds: (readonly OutgoingPut[])[] = [];
  #answering = Promise.withResolvers<PutAnswer[]>();

  put(puts: readonly OutgoingPut[]): Promise<PutAnswer[]> {
    this.rounds.push(puts);
    return this.#answering.promise;
  }

  answer(answer: PutAnswer): void {
    const answering = this.#answering;
    this.#answering = Promise.withResolvers();
    answering.resolve((this.rounds.at(-1) ?? []).map(() => answer));
  }
}

let on: ConversingForTests;
let line: Line;
let keys: string[];

beforeEach(async () => {
  on = await conversing({ encrypt: encryptedInClear });
  await writingWith(on, addressed(personOf(on.friend)));
  line = new Line();
});

async function queue(count: number): Promise<void> {
  keys = await on.records.step(async (step) => {
    const queued: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const text = `text ${index}`;
      const { nowMs } = on.clock;
      const { key, changes } = await queueText(step, on.self, friendNumber, text, "auto", nowMs);
      step.add(changes);
      queued.push(key);
    }
    return queued;
  });
}

function flush(): Promise<AssentError | undefined> {
  const posting = new Posting(on.parts, on.sealing, new Starting(on.parts, on.sealing));
  return posting.flush(on.self, async () => line as unknown as Outbox);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, isSo.toString());
    await turnOfOthers();
  }
}

/** Until so many were put, in all rounds. */
async function put(count: number): Promise<void> {
  await until(() => line.rounds.flat().length >= count);
}

/** Others had their turn: one step more is sealed. */
async function step(): Promise<void> {
  const before = (await on.records.keys("queue")).length;
  on.timers.pass(0);
  await until(async () => (await on.records.keys("queue")).length !== before);
}

/** What is on its way or sealed, text by text. */
async function sealed(): Promise<string[]> {
  return (await on.records.list("outgoing")).map(({ record }) => record.text);
}

test("the next are sealed while the first are on their way, as many as may be at once, and go with the answer", async () => {
  await queue(inOneStep + aheadAtMost + 1);
  const flushing = flush();
  await put(inOneStep);
  assert.deepEqual(await sealed(), keys.slice(0, inOneStep));
  for (let ahead = inOneStep; ahead <= aheadAtMost; ahead += inOneStep) {
    await step();
    assert.deepEqual(await sealed(), keys.slice(0, inOneStep + ahead));
  }
  assert.equal(on.timers.set, 0);
  const ticket = new Uint8Array(16);
  for (const all of [inOneStep + aheadAtMost, keys.length]) {
    line.answer({ ticket });
    await put(all);
  }
  line.answer({ ticket });
  assert.equal(await flushing, undefined);
  assert.deepEqual(
    line.rounds.map((puts) => puts.length),
    [inOneStep, aheadAtMost, 1],
  );
  const states = await Promise.all(keys.map((key) => on.records.get("messages", key)));
  assert.ok(states.every((text) => text?.state === TextState.SENT));
});

test("once they are answered no more is sealed before what is sealed leaves", async () => {
  await queue(3 * inOneStep);
  const flushing = flush();
  await put(inOneStep);
  await step();
  line.answer({ ticket: new Uint8Array(16) });
  await put(2 * inOneStep);
  assert.deepEqual(await sealed(), keys.slice(inOneStep, 2 * inOneStep));
  line.answer(new AssentError("unreachable"));
  assert.equal((await flushing)?.code, "unreachable");
});

test("where the line ended nothing more is sealed, and what is queued did not leave", async () => {
  await queue(3 * inOneStep);
  const flushing = flush();
  await put(inOneStep);
  await step();
  line.ended = true;
  on.timers.pass(0);
  await turnOfOthers();
  line.answer(new AssentError("unreachable"));
  assert.equal((await flushing)?.code, "unreachable");
  assert.deepEqual(await sealed(), keys.slice(0, 2 * inOneStep));
  const queued = await on.records.pointers("queue");
  assert.deepEqual(
    queued.map(({ text }) => text),
    keys.slice(2 * inOneStep),
  );
  // Only what was put may be there.
  const deliveries = await on.records.list("deliveries");
  assert.equal(deliveries.length, 2 * inOneStep);
});

test("a line that ends before anything is sealed stops the run, which is told", async () => {
  await queue(1);
  line.ended = true;
  assert.equal((await flush())?.code, "unreachable");
  assert.deepEqual(await sealed(), []);
  assert.equal((await on.records.keys("queue")).length, 1);
});
