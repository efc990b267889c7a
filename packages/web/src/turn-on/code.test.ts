// Codes as people type and paste them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsIn } from "./code.ts";

test("a code is its digits, however it is written", () => {
  for (const written of ["203887", "203 887", " 203-887\n", "٢٠٣٨٨٧", "۲۰۳۸۸۷", "２０３８８７"]) {
    assert.equal(digitsIn(written), "203887", written);
  }
  for (const written of ["", "code", "–"]) assert.equal(digitsIn(written), "", written);
});
