// What is printed is printed whole, to readers as slow as they like.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, textFromUtf8, utf8 } from "@assent/protocol";
import { writeWhole } from "./output.ts";

const failure = (code: string) => Object.assign(new Error(code), { code });

/** A pipe that takes a few bytes at a time, and none where it is full. */
function pipeOf(room: number[]) {
  const calls: string[] = [];
  return {
    calls,
    write(bytes: Uint8Array): number {
      const taken = Math.min(room.shift() ?? bytes.length, bytes.length);
      if (taken === 0) throw failure("EAGAIN");
      calls.push(textFromUtf8(bytes.subarray(0, taken)));
      return taken;
    },
    wait: () => void calls.push("wait"),
  };
}

test("a line goes out in parts, and a full pipe is waited for each time", () => {
  const pipe = pipeOf([4, 0, 0, 3]);
  writeWhole(utf8("a line\n"), pipe);
  assert.deepEqual(pipe.calls, ["a li", "wait", "wait", "ne\n"]);
});

test("a pipe with room is not waited for", () => {
  const pipe = pipeOf([]);
  writeWhole(utf8("a line\n"), pipe);
  assert.deepEqual(pipe.calls, ["a line\n"]);
});

test("a reader that is gone is said", () => {
  const write = () => {
    throw failure("EPIPE");
  };
  const isOfTable = (error: unknown) =>
    error instanceof AssentError && error.code === "output_failed";
  assert.throws(() => writeWhole(utf8("a line\n"), { write, wait: () => undefined }), isOfTable);
});
