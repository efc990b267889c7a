// The dump shows every byte once, in its place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dumpLine, dumpLines } from "./dump.ts";

test("lines of eight bytes, the last as long as what is left", () => {
  const bytes = new TextEncoder().encode("assent\0\u00e9!");
  const lines = dumpLines(bytes).map((offset) => dumpLine(bytes, offset));
  assert.deepEqual(lines, [
    "00000  61 73 73 65 6e 74 00 c3  assent..",
    "00008  a9 21                    .!",
  ]);
  assert.deepEqual(dumpLines(new Uint8Array()), []);
});
