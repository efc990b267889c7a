// A program that follows goes on over a lost connection, and prints each text once.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { parseNumber } from "@assent/protocol";
import { phonesOn, sendNow } from "../memory-phone.ts";
import { newPhones, parseLines, type Received, TestServer } from "../network.ts";

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
