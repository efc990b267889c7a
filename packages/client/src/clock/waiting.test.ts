// Whoever stops waiting hears it at once; what was begun is not stopped by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingFor } from "./waiting.ts";

test("gives what was begun, or its error", async () => {
  const { signal } = new AbortController();
  assert.equal(await waitingFor(Promise.resolve(1)), 1);
  assert.equal(await waitingFor(Promise.resolve(1), { signal }), 1);
  const failing = Promise.reject(new TypeError("failed"));
  await assert.rejects(waitingFor(failing, { signal }), TypeError);
});

test("ends with the signal's reason, and what was begun goes on", async () => {
  const stop = new AbortController();
  const reason = new TypeError("enough");
  const { promise, resolve } = Promise.withResolvers<number>();
  const begun = promise.then((value) => value + 1);
  const waiting = waitingFor(begun, { signal: stop.signal });
  stop.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  await assert.rejects(waitingFor(begun, { signal: stop.signal }), (error) => error === reason);
  resolve(1);
  assert.equal(await begun, 2);
});
