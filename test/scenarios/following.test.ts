// A program that follows goes on over a lost connection, one that died without a word too, and prints each text once.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { loadMls } from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import { TimersForTests } from "../../packages/client/src/clock/timers-for-tests.ts";
import { MemoryPhone, phonesOn, sendNow } from "../memory-phone.ts";
import { newPhones, parseLines, type Received, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

test("receive --follow outlives a killed service", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await phonesOn(server, [german]);
  const [ben] = await newPhones(context, french);
  assert.ok(anna && ben);
  await ben.turnOn(server);

  const following = ben.start(["receive", "--follow"]);
  context.after(() => following.kill("SIGKILL"));
  const exited = once(following, "exit");
  const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]();
  const sendAndSee = async (text: string) => {
    await anna.run((profile) => sendNow(profile, french, text));
    const { value = "" } = await lines.next();
    assert.deepEqual(
      parseLines<Received>(value).map(({ type, text }) => [type, text]),
      [["message", text]],
    );
  };
  await sendAndSee("one");
  await sendAndSee("two");
  await server.kill();
  await server.start();
  await sendAndSee("three");

  following.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
  assert.equal((await lines.next()).done, true, "each text once");
  assert.deepEqual(await ben.receive(), []);
});

test("a line that dies without a word is noticed, by whoever follows and by whoever sends", async (context) => {
  const server = await TestServer.start(context);
  const line = await RecordingProxy.start(context, server.origin);
  const [ben] = await phonesOn(server, [french]);
  assert.ok(ben);
  const anna = new MemoryPhone(german, await loadMls());
  const timers = new TimersForTests();
  const connections: boolean[] = [];
  const texts: string[] = [];
  const turned = async (isSo: () => boolean) => {
    const endMs = performance.now() + 60_000;
    while (!isSo()) {
      assert.ok(performance.now() < endMs, isSo.toString());
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await anna.run(
    async (profile) => {
      await profile.account.turnOn(german, line.origin, ["service"]);
      await profile.account.verify(await server.codeFor(german));
      const first = await profile.texts.send(french, "one");
      assert.equal((await profile.texts.outcome(first.key)).state, "sent");
      const ending = new AbortController();
      const follow = async () => {
        for await (const event of profile.events({ signal: ending.signal })) {
          if (event.type === "connection") connections.push(event.connected);
          if (event.type === "message") texts.push(event.text.text);
        }
      };
      const following = follow();
      await turned(() => connections.length === 1);
      // Until what follows from being connected is done.
      await profile.texts.flush();
      line.fallSilent();
      const second = await profile.texts.send(french, "two");
      let state: string | undefined;
      void profile.texts.outcome(second.key).then((outcome) => {
        state = outcome.state;
      });
      for (let second = 0; second < 90; second += 1) {
        timers.pass(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await turned(() => state !== undefined && connections.length >= 2);
      assert.deepEqual([state, connections[1]], ["queued", false]);
      await ben.send(anna, "while it was dead");
      line.mend();
      await turned(() => {
        timers.pass(1_000);
        return texts.length > 0;
      });
      assert.deepEqual(texts, ["while it was dead"]);
      ending.abort();
      await following;
      await profile.texts.flush();
    },
    { timers },
  );
  assert.deepEqual(await ben.texts(), ["one", "two"]);
});

test("what follows for an account that was left ends, and the next one goes on", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.run(async (profile) => {
    const texts: string[] = [];
    const follow = async () => {
      for await (const event of profile.events())
        if (event.type === "message") texts.push(event.text.text);
    };
    const former = follow();
    const ended = assert.rejects(former, ({ code }) => code !== "unreachable");
    await profile.account.turnOff();
    await profile.account.turnOn(german, server.origin, ["service"]);
    await profile.account.verify(await server.codeFor(german));
    await ended;
    assert.equal((await profile.account.status()).phase, "on");
    await ben.send(anna, "to the next one");
    for await (const event of profile.events({ follow: false }))
      if (event.type === "message") texts.push(event.text.text);
    assert.deepEqual(texts, ["to the next one"]);
  });
});
