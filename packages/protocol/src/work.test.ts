// The work before an SMS: done is what checks, of one sealed number and challenge alone, and nobody is asked for too much.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "./bytes.ts";
import { limits } from "./limits.ts";
import { isFitWork, isWorkDone, work, workParts, workSubject } from "./work.ts";

// The same each time: one in 260,000 others would do in another order, too.
const challenge = new Uint8Array(41).fill(1);
const sealedNumber = new Uint8Array(1_200).fill(2);
const subject = workSubject(challenge, sealedNumber);

function doneOf(bits: number) {
  const doing = work(subject, bits);
  const told: number[] = [];
  for (;;) {
    const step = doing.next();
    if (step.done) return { told, numbers: step.value };
    told.push(step.value);
  }
}

test("what was done checks; told is how many parts are done, in order", () => {
  const { told, numbers } = doneOf(9);
  assert.ok(isWorkDone(subject, 9, numbers));
  assert.ok(told.length > 0);
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
  assert.ok(told.every((parts) => parts >= 0 && parts < workParts));
});

test("and checks for nothing else", () => {
  const { numbers } = doneOf(9);
  const others = {
    "another sealed number": workSubject(challenge, randomBytes(1_200)),
    "another challenge": workSubject(randomBytes(41), sealedNumber),
    "the same bytes, parted elsewhere": workSubject(
      new Uint8Array([...challenge, sealedNumber[0] as number]),
      sealedNumber.subarray(1),
    ),
  };
  for (const [which, other] of Object.entries(others))
    assert.ok(!isWorkDone(other, 9, numbers), which);
  assert.ok(!isWorkDone(subject, 32, numbers), "more bits");
  assert.ok(!isWorkDone(subject, 9, numbers.subarray(4)), "a part less");
  assert.ok(!isWorkDone(subject, 9, new Uint8Array([...numbers, 0, 0, 0, 0])), "a part more");
  assert.ok(!isWorkDone(subject, 9, new Uint8Array()), "none");
  const swapped = new Uint8Array([...numbers.slice(4, 8), ...numbers.slice(0, 4)]);
  assert.ok(!isWorkDone(subject, 9, new Uint8Array([...swapped, ...numbers.slice(8)])), "swapped");
  assert.ok(isWorkDone(subject, 9, numbers), "the check can say yes");
});

test("a phone does no more than the contract says, for no longer challenge", () => {
  const asked = (bits: number, length: number = limits.challengeBytes) =>
    isFitWork({ challenge: new Uint8Array(length), bits });
  assert.deepEqual([asked(1), asked(limits.workBits)], [true, true]);
  assert.deepEqual(
    [asked(0), asked(limits.workBits + 1), asked(2 ** 32 - 1)],
    Array(3).fill(false),
  );
  assert.equal(asked(1, limits.challengeBytes + 1), false);
});
