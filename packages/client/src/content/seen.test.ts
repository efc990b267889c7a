// Which texts show nothing, so that somebody has to say that there is one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSeen } from "./content.ts";

test("a text of what nobody sees is told from one with a character that is seen", () => {
  const nothing = [
    "",
    " \t\n",
    "\u200b",
    "\u00a0\u2003\u3000",
    "\u2060\ufeff\u00ad",
    "\u202e\u2066\u2069",
    "\u2028\u2029",
    "\u3164\uffa0\u115f",
    "\ufe0f\u{e0041}",
    "\u2800",
    "\u0007",
  ];
  for (const text of nothing) assert.equal(isSeen(text), false, JSON.stringify(text));
  for (const text of [".", "\u200bx", "\u{1f44d}\ufe0f", "\u0301", "\u2801", "\u05d0"])
    assert.equal(isSeen(text), true, JSON.stringify(text));
});
