// Invitations as people pass them on: read as they were written, by whoever typed them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesFromHex, hex, randomBytes } from "./bytes.ts";

import { readInvitation, writeInvitation } from "./invitation.ts";

const known = "00443214c74254b635cf";

test("ten bytes are four groups of four characters", () => {
  assert.equal(writeInvitation(bytesFromHex(known)), "0123-4567-89AB-CDEF");
  assert.equal(writeInvitation(new Uint8Array(10)), "0000-0000-0000-0000");
  assert.equal(writeInvitation(new Uint8Array(10).fill(255)), "ZZZZ-ZZZZ-ZZZZ-ZZZZ");
});

test("all that are written are read", () => {
  for (let times = 0; times < 200; times += 1) {
    const bytes = randomBytes(10);
    assert.deepEqual(readInvitation(writeInvitation(bytes)), bytes);
  }
});

test("it is read in small letters, without hyphens, with others, and with letters for digits", () => {
  for (const written of [
    "0123-4567-89ab-cdef",
    "0123456789ABCDEF",
    " o1 23 4567\u201389AB\u2011CDEF\n",
    "OI23-4567-89AB-CDEF",
    "ol23-4567-89ab-cdef",
  ]) {
    const read = readInvitation(written);
    assert.equal(read && hex(read), known, written);
  }
});

test("what is shorter, longer, or has another character is none", () => {
  for (const written of [
    ...["", "0123", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEFG"],
    ...["0123-4567-89AB-CDEU", "0123_4567_89AB_CDEF", "0123-4567-89AB-CDEÉ"],
    " ".repeat(1_000_000),
  ]) {
    assert.equal(readInvitation(written), undefined, written.slice(0, 30));
  }
});
