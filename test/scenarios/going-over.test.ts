// A private text that waits goes by SMS instead: the service gives it back where nobody was handed it, and where somebody was, or
// may have been, it stays private. It is shown once, and whoever sent it is told which it was.
import assert from "node:assert/strict";
import { beforeEach, describe, type TestContext, test } from "node:test";
import { OutboxAnswerSchema, type PhoneNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { changedNetwork, type MemoryPhone, offline, phonesThatTexted } from "../memory-phone.ts";
import { newPhones, TestServer } from "../network.ts";
import type { Between } from "./lying-network.ts";

const numbers: [PhoneNumber, PhoneNumber] = [
  "+4915123456789" as PhoneNumber,
  "+33612345678" as PhoneNumber,
];
const link = (text: string) => `sms:${numbers[1]}?body=${encodeURIComponent(text)}`;

/** A text that is stored, and sent where there is a line. Its key. */
function written(phone: MemoryPhone, text: string, network?: Between): Promise<string> {
  return phone.run(
    async (profile) => {
      const { key } = await profile.texts.send(numbers[1], text);
      await profile.texts.outcome(key);
      return key;
    },
    network ? { network } : {},
  );
}

function asSms(phone: MemoryPhone, key: string, network?: Between) {
  return phone.run((profile) => profile.texts.sendAsSms(key), network ? { network } : {});
}

/** What a phone's thread says of its last text. */
async function last(phone: MemoryPhone, to = numbers[1]) {
  const text = (await phone.run((profile) => profile.conversations.history(to))).at(-1);
  return text && [text.text, text.route, text.state];
}

async function countRevokes(phone: MemoryPhone): Promise<number> {
  const lines = await phone.run((profile) => profile.ledger.lines());
  return lines.filter(({ declaration }) => declaration === "revoke").length;
}

describe("a text that goes by SMS instead", () => {
  let anna: MemoryPhone;
  let ben: MemoryPhone;

  beforeEach(async (context) => {
    const server = await TestServer.start(context as TestContext);
    [anna, ben] = await phonesThatTexted(server, numbers);
    await anna.receive();
  });

  test("is given back by the service, and never comes by the private way", async () => {
    const key = await written(anna, "by SMS");
    const { id: _, ...gone } = await asSms(anna, key);
    assert.deepEqual(gone, { state: "handoff", link: link("by SMS") });
    assert.deepEqual(await last(anna), ["by SMS", "sms", "handoff"]);
    // Positive control: what was not taken back comes.
    await written(anna, "privately");
    assert.deepEqual(await ben.texts(), ["privately"]);
    await anna.receive();
    assert.deepEqual(await ben.texts(), []);
  });

  test("stays private where a device of theirs has it, and is delivered then", async () => {
    const key = await written(anna, "taken");
    assert.deepEqual(await ben.texts(), ["taken"]);
    assert.equal((await asSms(anna, key)).state, "taken");
    assert.deepEqual(await last(anna), ["taken", "private", "taken"]);
    // Nobody is asked a second time.
    assert.equal((await asSms(anna, key)).state, "taken");
    assert.equal(await countRevokes(anna), 1);
    await anna.receive();
    assert.deepEqual(await last(anna), ["taken", "private", "delivered"]);
  });

  test("leaves nothing behind, and asks nobody, where it never had a line", async () => {
    const key = await written(anna, "in the mountains", offline);
    assert.equal((await asSms(anna, key, offline)).state, "handoff");
    assert.equal(await countRevokes(anna), 0);
    await anna.receive();
    assert.deepEqual(await ben.texts(), []);
  });

  test("waits for the service where that cannot be asked, and is asked back once more where the answer was lost", async () => {
    const key = await written(anna, "waits");
    assert.equal((await asSms(anna, key, offline)).state, "taking-back");
    assert.deepEqual(await last(anna), ["waits", "private", "taking-back"]);
    let lost = 0;
    const losing: Between = (real) =>
      changedNetwork(real, {
        openSocket: (url, subprotocol, handlers) =>
          real.openSocket(url, subprotocol, {
            ...handlers,
            onMessage: (bytes) => {
              const isOutbox = url.endsWith("/outbox");
              if (isOutbox && fromBinary(OutboxAnswerSchema, bytes).revokeResults.length > 0) {
                lost += 1;
                handlers.onClose();
              } else handlers.onMessage(bytes);
            },
          }),
      });
    assert.equal((await asSms(anna, key, losing)).state, "taking-back");
    assert.ok(lost > 0);
    const events = await anna.events();
    assert.deepEqual(
      events.map((event) => event.type === "receipt" && [event.text.text, event.text.state]),
      [["waits", "handoff"]],
    );
    assert.deepEqual(await ben.texts(), []);
  });

  test("that was refused for good goes as the same message, without asking", async () => {
    await ben.run((profile) => profile.account.turnOff());
    const key = await written(anna, "they left");
    assert.deepEqual(await last(anna), ["they left", "private", "not-delivered"]);
    assert.equal((await asSms(anna, key)).state, "handoff");
    assert.deepEqual(await last(anna), ["they left", "sms", "handoff"]);
    assert.equal(await countRevokes(anna), 0);
  });
});

test("on the command line, by its id: the link and exit 3, or that their phone has it", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, ...numbers);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(numbers[1], "hello");
  await ben.receive();
  await ben.send(numbers[0], "hello yourself");
  await anna.receive();
  const [waits] = await anna.send(numbers[1], "waits");
  const gone = await anna.run(["send-as-sms", String(waits?.["id"])]);
  assert.equal(gone.exitCode, 3);
  assert.deepEqual(JSON.parse(gone.stdout), {
    id: waits?.["id"],
    state: "handoff",
    link: link("waits"),
  });
  const [taken] = await anna.send(numbers[1], "taken");
  assert.deepEqual(await ben.texts(), ["taken"]);
  assert.deepEqual(await anna.ok(["send-as-sms", String(taken?.["id"])]), [
    { id: taken?.["id"], state: "taken" },
  ]);
  const texts = await anna.ok(["history", numbers[1]]);
  const received = texts.find(({ text }) => text === "hello yourself");
  for (const id of ["01", String(received?.["id"])]) {
    assert.equal(await anna.refused(["send-as-sms", id]), "text_unknown");
  }
  assert.equal(received?.["direction"], "in");
});
