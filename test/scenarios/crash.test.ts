// The short setting of the crash drill; `npm run drill:crash` is the long one. And it sees a service that forgets.
import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { test } from "node:test";
import { crashDrill, PhoneTexts } from "../drills/crash.ts";
import { resultLine } from "../drills/tally.ts";
import { newProcessPhones, TestServer } from "../network.ts";

const numbers = ["+4915123456789", "+33612345678"] as const;

test("killed at random moments, everything is shown once, in order", async (context) => {
  const server = await TestServer.start(context);
  const phones = await newProcessPhones(context, ...numbers);
  const progress = (line: string) => context.diagnostic(line);
  const result = await crashDrill({ server, phones, kills: 6, seed: 7, progress });
  assert.match(resultLine(result), /^\d+ texts, 0 lost, 0 twice, 0 reordered$/);
  assert.ok(result.texts > 1 && result.killed.server > 0 && result.killed.phones > 0);
  assert.equal(result.saidOtherwise, 0);
});

test("a service whose disk forgets what it answered loses a text, and the drill says so", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newProcessPhones(context, ...numbers);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await server.stop();
  const copy = `${server.folder}-copy`;
  await cp(server.folder, copy, { recursive: true });
  await server.start();
  const texts = new PhoneTexts([anna, ben]);
  await texts.send(anna, ben);
  await server.kill();
  await rm(server.folder, { recursive: true });
  await cp(copy, server.folder, { recursive: true });
  await server.start();
  await texts.receive(ben);
  assert.equal(resultLine(texts.result()), "1 texts, 1 lost, 0 twice, 0 reordered");
});
