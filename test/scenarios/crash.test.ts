// The short setting of the crash drill; `npm run drill:crash` is the long one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crashDrill } from "../drills/crash.ts";
import { newPhones, TestServer } from "../network.ts";

test("killed at random moments, everything is shown once, in order", async (context) => {
  const server = await TestServer.start(context);
  const [sender, recipient] = await newPhones(context, "+4915123456789", "+33612345678");
  assert.ok(sender && recipient);
  const progress = (line: string) => context.diagnostic(line);
  const { killed } = await crashDrill({ server, sender, recipient, texts: 10, seed: 7, progress });
  assert.ok(killed.server > 0 && killed.sender > 0 && killed.recipient > 0);
});
