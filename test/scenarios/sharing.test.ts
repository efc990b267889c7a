// One profile, two programs: while one follows, it does what the others ask; without one that follows, they wait.
import assert from "node:assert/strict";
import { once } from "node:events";
import { stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as readAll } from "node:stream/consumers";
import { test } from "node:test";
import { openNodeStore } from "@assent/client/node";
import { newPhones, type TestPhone, TestServer } from "../network.ts";

const german = "+4915123456789";
const french = "+33612345678";

test("a running receive --follow does what other commands of its profile ask", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "hello");
  await ben.receive();
  await ben.send(german, "hello");

  const following = anna.start(["receive", "--follow"]);
  context.after(() => following.kill("SIGKILL"));
  const shown = createInterface({ input: following.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse(String((await shown.next()).value));
  assert.equal((await next()).text, "hello");

  const socket = join(anna.folder, "profile.sock");
  assert.equal((await stat(socket)).mode & 0o777, 0o600);

  await context.test("each answers as it does alone", async () => {
    const [status] = await anna.ok(["status"]);
    assert.equal(status?.["phase"], "on");
    assert.deepEqual(await anna.ok(["check", french]), [{ number: french, route: "private" }]);
    await anna.ok(["contacts", "name", french, "Ben"]);
    const [sent] = await anna.send("Ben", "from another program");
    assert.equal(sent?.state, "sent");
    assert.ok((await ben.texts()).includes("from another program"));
    const history = await anna.runPlain(["history", "Ben"]);
    assert.match(history.stdout, /from another program/);
    assert.equal(await anna.refused(["send", "Ben", "-m", ""]), "text_empty");
    assert.equal((await anna.handOff("+447911123456", "by SMS"))?.state, "handoff");
    assert.match((await anna.runPlain(["check", "Nobody"])).stderr, /^assent: Nobody in the .*\n$/);
  });

  await context.test("what is not understood is refused, and harms nobody", async () => {
    const answers = (asked: string) =>
      new Promise<string>((resolve) => {
        const asking = connect(socket, () => asking.end(asked));
        readAll(asking).then(resolve, () => resolve("cut off"));
      });
    for (const asked of ["", "status\n", '{"request":{"command":"x"}}\n']) {
      assert.match(await answers(asked), /request_invalid/, asked);
    }
    assert.match(await answers("x".repeat(1 << 20)), /request_invalid|cut off/);
    assert.equal((await anna.ok(["status"]))[0]?.["phase"], "on");
  });

  await context.test("it still shows what comes, and another receive is refused", async () => {
    assert.equal(await anna.refused(["receive"]), "profile_in_use");
    assert.equal(await anna.refused(["receive", "--follow"]), "profile_in_use");
    await ben.send(german, "while you follow");
    let event = await next();
    while (event.type !== "message") event = await next();
    assert.equal(event.text, "while you follow");
  });

  await context.test("after it was killed, its socket is in nobody's way", async () => {
    following.kill("SIGKILL");
    await once(following, "exit");
    await stat(socket);
    assert.equal((await anna.ok(["status"]))[0]?.["phase"], "on");
    const again = anna.start(["receive", "--follow"]);
    context.after(() => again.kill("SIGKILL"));
    await answered(anna, socket);
    again.kill("SIGTERM");
    const [code] = await once(again, "exit");
    assert.equal(code, 0);
    await assert.rejects(stat(socket), { code: "ENOENT" });
  });
});

test("a phone can be turned off while it is followed", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.turnOn(server);
  const following = anna.start(["receive", "--follow"]);
  context.after(() => following.kill("SIGKILL"));
  await answered(anna, join(anna.folder, "profile.sock"));
  const [left] = await anna.ok(["off", "--yes"]);
  assert.equal(left?.["state"], "off");
  assert.ok(left?.["receipt"]);
  if (following.exitCode === null) await once(following, "exit");
  assert.equal((await anna.ok(["status"]))[0]?.["phase"], "off");
});

test("a program that does not follow is waited for, and after ten seconds no more", async (context) => {
  const [short, long] = await newPhones(context, german, french);
  assert.ok(short && long);
  const [released, held] = await Promise.all([short, long].map((one) => openNodeStore(one.folder)));
  context.after(() => held?.close());
  const start = performance.now();
  const refused = long.refused(["status"]).then((code) => ({ code, at: performance.now() }));
  const served = short.ok(["status"]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await released?.close();
  assert.equal((await served)[0]?.["phase"], "off");
  const { code, at } = await refused;
  assert.equal(code, "profile_in_use");
  assert.ok(at - start >= 10_000);
});

test("a file in the socket's place is no other program", async (context) => {
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.ok(["status"]);
  await writeFile(join(anna.folder, "profile.sock"), "");
  assert.equal((await anna.ok(["status"]))[0]?.["phase"], "off");
});

/** Resolves when the program that follows listens. */
async function answered(phone: TestPhone, socket: string): Promise<void> {
  for (const endMs = performance.now() + 60_000; ; ) {
    assert.ok(performance.now() < endMs, "nobody listens");
    const listens = await new Promise<boolean>((resolve) => {
      const asking = connect(socket, () => resolve(true));
      asking.once("error", () => resolve(false)).once("connect", () => asking.destroy());
    });
    if (listens) return;
    assert.ok(phone.folder);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
