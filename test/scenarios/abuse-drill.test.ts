// The short form of `npm run drill:abuse`: each way of abusing a service that is tried stops where it should.
import assert from "node:assert/strict";
import { test } from "node:test";
import { abuseDrill } from "../drills/abuse.ts";

test("every way of abusing a service stops where it should, and others hardly notice", async (context) => {
  const broken = await abuseDrill({
    context,
    isShort: true,
    progress: (line) => context.diagnostic(line),
  });
  assert.deepEqual(
    broken.map(({ title, faults }) => ({ title, faults })),
    [],
  );
});
