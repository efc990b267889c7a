// Two people text: from yes to both ways, in order, once, and honestly where it cannot be.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { newPhones, newProcessPhones, TestServer } from "../network.ts";

const german = "+4915123456789";
const french = "+33612345678";
const stranger = "+33698765432";

test("two phones text privately, in order, once, with the sender's number and name", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newProcessPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  assert.deepEqual(await anna.ok(["check", ben.number]), [{ number: french, route: "private" }]);

  // Several texts before the first answer, one as long as then may be, one from standard input as it is.
  const long = "Prose, eight kilobytes of it. ".repeat(273);
  const texts = ["Hello 👋🏽 from Anna", "שלום, مرحبا", long, "  not trimmed\n"];
  for (const text of texts.slice(0, 3)) {
    assert.equal((await anna.send(ben.number, text))[0]?.state, "sent");
  }
  await anna.ok(["send", ben.number, "-m", "-"], texts[3]);

  const contacts = join(ben.folder, "..", "contacts.vcf");
  await writeFile(
    contacts,
    `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Ärmel\r\nTEL:${german}\r\nEND:VCARD\r\n`,
  );
  await ben.ok(["contacts", "import", contacts]);
  const shown = await ben.receive();
  assert.deepEqual(
    shown.map(({ text }) => text),
    texts,
  );
  for (const line of shown) {
    assert.equal(line.type, "message");
    assert.equal(line.from, german);
    assert.equal(line.name, "Anna Ärmel");
    assert.equal(line.route, "private");
    assert.ok(Math.abs(Date.parse(line.sentAt) - Date.now()) < 600_000);
  }
  assert.deepEqual(await ben.receive(), [], "each text is shown once, ever");

  // Ben knows Anna: her texts are receipted, and his answers reach her.
  const receipts = await anna.receive();
  assert.deepEqual(
    receipts.map(({ type, state }) => [type, state]),
    texts.map(() => ["receipt", "delivered"]),
  );
  for (const text of ["Answer 1 🎉", "Answer 2"]) await ben.send(anna.number, text);
  const answers = await anna.receive();
  assert.deepEqual(
    answers.map(({ type, text, from }) => [type, text, from]),
    [
      ["message", "Answer 1 🎉", french],
      ["message", "Answer 2", french],
    ],
  );
  const longest = "Prose, sixty kilobytes of it. ".repeat(2_000);
  await anna.send(ben.number, longest);
  assert.deepEqual(await ben.texts(), [longest]);
  const history = await anna.ok<{ direction: string; text: string; state: string }>([
    "history",
    french,
  ]);
  assert.deepEqual(
    history.map(({ direction }) => direction),
    ["out", "out", "out", "out", "in", "in", "out"],
  );
});

test("a number that never joined is SMS, and private is refused", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.turnOn(server);
  assert.deepEqual(await anna.ok(["check", stranger]), [{ number: stranger, route: "sms" }]);
  assert.equal(
    await anna.refused(["send", stranger, "-m", "hi", "--route", "private"]),
    "not_private",
  );
  const handoff = await anna.handOff(stranger, "hi & bye");
  assert.equal(handoff?.state, "handoff");
  assert.equal(handoff?.link, `sms:${stranger}?body=hi%20%26%20bye`);
});

test("who was never answered is told nothing, and still delivers", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(ben.number, "You do not know me");
  assert.deepEqual(await ben.texts(), ["You do not know me"]);
  assert.deepEqual(await anna.receive(), [], "no receipt to a stranger");
  await ben.send(anna.number, "Now I do");
  const shown = await anna.receive();
  assert.deepEqual(shown.map(({ type }) => type).sort(), ["message", "receipt"]);
});

test("both start at the same moment: one conversation, nothing lost", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await Promise.all([anna.send(ben.number, "from Anna 1"), ben.send(anna.number, "from Ben 1")]);
  await Promise.all([anna.send(ben.number, "from Anna 2"), ben.send(anna.number, "from Ben 2")]);
  assert.deepEqual(await anna.texts(), ["from Ben 1", "from Ben 2"]);
  assert.deepEqual(await ben.texts(), ["from Anna 1", "from Anna 2"]);
  await anna.send(ben.number, "from Anna 3");
  await ben.send(anna.number, "from Ben 3");
  assert.deepEqual(await anna.texts(), ["from Ben 3"]);
  assert.deepEqual(await ben.texts(), ["from Anna 3"]);
});

test("who is blocked notices nothing, and is not shown", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(ben.number, "before");
  await ben.texts();
  await ben.send(anna.number, "answer");
  await anna.texts();
  await ben.ok(["block", anna.number]);
  assert.equal((await anna.send(ben.number, "while blocked"))[0]?.state, "sent");
  assert.deepEqual(await ben.texts(), []);
  assert.equal(await ben.refused(["send", anna.number, "-m", "no"]), "blocked");
  await ben.ok(["unblock", anna.number]);
  await anna.send(ben.number, "after");
  assert.deepEqual(await ben.texts(), ["after"]);
});
