// Server and phones restart between any two steps, and everything goes on where it was. Every command opens what the one
// before left on the disk, so the phones restart at every step by themselves.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { newPhones, newProcessPhones, TestServer } from "../network.ts";

const german = "+4915123456789";
const french = "+33612345678";

test("a killed server between any two steps loses nothing", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  const restart = async () => {
    await server.kill();
    await server.start();
  };
  await anna.ok(["on", german, "--server", server.origin, "--yes"]);
  const code = await server.codeFor(german);
  await restart();
  await anna.ok(["verify", code]);
  await restart();
  await ben.turnOn(server);
  await restart();
  await anna.send(french, "one");
  await restart();
  await anna.send(french, "two");
  await restart();
  assert.deepEqual(await ben.texts(), ["one", "two"]);
  await restart();
  await ben.send(german, "three");
  await restart();
  assert.deepEqual(
    (await anna.receive()).filter(({ type }) => type === "message").map(({ text }) => text),
    ["three"],
  );
  await restart();
  await ben.ok(["off", "--yes"]);
  await restart();
  assert.equal(await anna.refused(["send", french, "-m", "four"]), "gone");
});

test("what is sent without a connection is queued, and goes out in order with the next", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "zero");
  await server.stop();
  assert.equal((await anna.send(french, "one"))[0]?.state, "queued");
  assert.equal((await anna.send(french, "two"))[0]?.state, "queued");
  assert.equal((await anna.ok<{ queued: number }>(["status"]))[0]?.queued, 2);
  await server.start();
  assert.equal((await anna.send(french, "three"))[0]?.state, "sent");
  assert.deepEqual(await ben.texts(), ["zero", "one", "two", "three"]);
});

test("a text to a number never written to is queued too", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await server.stop();
  assert.equal((await anna.send(french, "offline hello"))[0]?.state, "queued");
  await server.start();
  await anna.receive();
  assert.deepEqual(await ben.texts(), ["offline hello"]);
});

test("the server stops cleanly on SIGTERM, also when it comes again while it stops", async (context) => {
  const server = await TestServer.start(context);
  const { pid } = server;
  assert.ok(pid);
  const { host, hostname, port } = new URL(server.origin);
  const line = connect(Number(port), hostname);
  line.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(line, "data");
  line.resume();
  const stopped = server.stop();
  await once(line, "close");
  process.kill(pid, "SIGTERM");
  assert.equal(await stopped, 0);
});

test("a second command on a profile in use waits for it", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newProcessPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  // Two: each waits for ten seconds at most, for all that are before it.
  const ids = await Promise.all(
    ["a", "b"].map(async (text) => (await anna.send(french, text))[0]?.id),
  );
  assert.equal(new Set(ids).size, 2);
  assert.deepEqual((await ben.texts()).sort(), ["a", "b"]);
});

test("somebody who cannot be written to now does not hold up the others", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await newPhones(context, german, french, "+447400123456");
  assert.ok(anna && ben && carol);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await carol.turnOn(server);
  await anna.send(carol.number, "hello Carol");
  await server.stop();
  // Ben's account is gone before Anna's first text to him leaves her phone.
  assert.equal((await anna.send(french, "to Ben, who is unknown"))[0]?.state, "queued");
  assert.equal((await anna.send(carol.number, "to Carol, who is known"))[0]?.state, "queued");
  await server.start();
  await ben.ok(["off", "--yes"]);
  const shown = await anna.receive();
  assert.deepEqual(
    shown.map(({ type, state, error }) => [type, state, error]),
    [["receipt", "not-delivered", "not_private"]],
  );
  assert.deepEqual(await carol.texts(), ["hello Carol", "to Carol, who is known"]);
});
