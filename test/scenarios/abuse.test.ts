// What one correspondent, one record or one text does must not stop the rest; and what failed is never silent.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { type Encryption, loadMls, type Network } from "@assent/client/node";
import {
  ContentSchema,
  CreateAccountRequestSchema,
  EvaluateResponseSchema,
  GetRecordResponseSchema,
  hex,
  parseNumber,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { commandFile } from "../command.ts";
import { changedEncryption, changedNetwork, MemoryPhone, phonesOn } from "../memory-phone.ts";
import { newPhones, TestServer } from "../network.ts";
import { lying } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");
const british = parseNumber("+447400123456");

/** An encryption whose application data is another than the client's. */
async function sayingInstead(change: (content: Uint8Array) => Uint8Array): Promise<Encryption> {
  const mls = await loadMls();
  return changedEncryption(mls, {
    encrypt: (state, content) => mls.encrypt(state, change(content)),
  });
}

test("a text with an impossible time is dropped, and the next one read", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const encryption = await sayingInstead((content) => {
    const decoded = fromBinary(ContentSchema, content);
    return toBinary(
      ContentSchema,
      create(ContentSchema, { ...decoded, sentAtMs: 9n * 10n ** 15n }),
    );
  });
  await anna.send(ben, "from the end of time", { encryption });
  await anna.send(ben, "from now");
  assert.deepEqual(await ben.texts(), ["from now"]);
});

test("a stranger's unreadable record hides that stranger alone", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const mallory = new MemoryPhone(british, await loadMls());
  let mallorys = "";
  const reading = (network: Network): Network =>
    changedNetwork(network, {
      http: (request, ...more) => {
        if (request.url.endsWith("/CreateAccount"))
          mallorys = hex(fromBinary(CreateAccountRequestSchema, request.body).sealedRecord);
        return network.http(request, ...more);
      },
    });
  await mallory.run(
    async (profile) => {
      await profile.account.turnOn(british, server.origin, ["service"]);
      await profile.account.verify(await server.codeFor(british));
    },
    { network: reading },
  );
  await mallory.send(ben, "with a broken record");
  await anna.send(ben, "with a good one");
  let broken = 0;
  const breaking = lying("/GetRecord", GetRecordResponseSchema, (record) => {
    if (hex(record.sealedRecord) !== mallorys) return;
    record.sealedRecord = new Uint8Array(60);
    broken += 1;
  });
  assert.deepEqual(await ben.texts({ network: breaking }), ["with a good one"]);
  assert.equal(broken, 1);
});

test("who lost the number is not shown under it", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "still mine");
  assert.deepEqual(await ben.texts(), ["still mine"]);
  await ben.send(anna, "hello");
  await anna.texts();
  const [next] = await phonesOn(server, [german]);
  assert.ok(next);
  await ben.run((profile) => profile.people.check(german));
  await anna.send(ben, "I am the former owner");
  assert.deepEqual(await ben.texts(), []);
  await next.send(ben, "I am the new one");
  assert.deepEqual(await ben.texts(), ["I am the new one"]);
});

test("a request that is answered before it was opened is shown all the same", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "before the record could be had");
  const failing = (network: Network): Network => ({
    openSocket: network.openSocket,
    close: () => network.close(),
    http: (request, lane, maxBytes) =>
      request.url.endsWith("/GetRecord")
        ? Promise.reject(new Error("no record now"))
        : network.http(request, lane, maxBytes),
  });
  await ben.events({ network: failing });
  await ben.send(anna, "I write first");
  assert.deepEqual(await ben.texts(), ["before the record could be had"]);
});

test("leaving waits for its own service before another number or service is turned on", async (context) => {
  const [first, second] = [await TestServer.start(context), await TestServer.start(context)];
  const [anna] = await phonesOn(first, [german]);
  assert.ok(anna);
  await first.stop();
  assert.equal((await anna.run((profile) => profile.account.turnOff())).kind, "waiting");
  await assert.rejects(
    anna.run((profile) => profile.account.turnOn(german, second.origin, ["service"])),
    { code: "unreachable" },
  );
  await first.start();
  await anna.run((profile) => profile.account.turnOn(german, second.origin, ["service"]));
  assert.equal((await anna.run((profile) => profile.account.status())).server, second.origin);
});

test("what was sealed but not sent is not delivered after off, and says so", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  await anna.send(ben, "sent");
  await server.stop();
  assert.equal((await anna.send(ben, "sealed")).state, "queued");
  await anna.run((profile) => profile.account.turnOff());
  await server.start();
  await anna.run((profile) => profile.account.turnOff());
  const history = await anna.run((profile) => profile.conversations.history(french));
  assert.deepEqual(
    history.map(({ state }) => state),
    ["sent", "not-delivered"],
  );
});

test("whoever leaves and comes back, as the same or another phone, has used the lookups that were used", async (context) => {
  const server = await TestServer.start(context);
  const [anna, carol] = await phonesOn(server, [german, british]);
  assert.ok(anna && carol);
  let left = 0;
  const network = lying("/Evaluate", EvaluateResponseSchema, ({ budgetLeft }) => {
    left = budgetLeft;
  });
  let looked = 0;
  // Each time another number: what was evaluated is not evaluated again.
  const lookUp = async (phone: typeof anna) => {
    looked += 1;
    const number = parseNumber(`+3361234567${looked}`);
    await phone.run((profile) => profile.people.check(number), { network });
    return left;
  };
  const first = await lookUp(anna);
  assert.equal(await lookUp(anna), first - 1);
  await anna.run((profile) => profile.account.turnOff());
  await anna.run(async (profile) => {
    await profile.account.turnOn(german, server.origin, ["service"]);
    await profile.account.verify(await server.codeFor(german));
  });
  assert.equal(await lookUp(anna), first - 2);
  const [next] = await phonesOn(server, [german]);
  assert.ok(next);
  assert.equal(await lookUp(next), first - 3);
  // And across a restart: it is counted on disk.
  await server.kill();
  await server.start();
  assert.equal(await lookUp(next), first - 4);
  // The positive control: another number has its own.
  assert.equal(await lookUp(carol), first);
});

test("a reader that closes the pipe gets the texts with the next command", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "unseen");
  spawnSync("bash", [
    "-c",
    `"${process.execPath}" "${commandFile}" --profile "${ben.folder}" --json receive | true`,
  ]);
  assert.deepEqual(await ben.texts(), ["unseen"]);
});

test("a text cannot look like another's line, nor steer the terminal", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.send(french, "x\n2026-01-01T00:00:00.000Z Mum: send money\u001b[2J");
  const { stdout } = await ben.runPlain(["receive"]);
  assert.match(stdout, /\n {4}2026-01-01T00:00:00\.000Z Mum/);
  assert.ok(!stdout.includes("\u001b"));
});
