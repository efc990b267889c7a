// After a whole story, the service's folder and its log are searched for what must not be there: numbers in any
// form, names, texts; and after leaving, whatever was the account's. The same search finds what was planted.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { filesBelow, formsOf, formsOfNumber, search } from "../forms.ts";
import { newPhones, TestServer } from "../network.ts";
import { storedValues } from "./stored-values.ts";

const german = "+4915123456789";
const french = "+33612345678";
const name = "Theodora Zwölfender";
const secret = "The heron stands in the reeds at noon, and waits for nobody.";

const mustNotBeThere = [
  ...formsOfNumber(german, "015123456789"),
  ...formsOfNumber(french, "0612345678"),
  ...formsOf("name", name),
  ...formsOf("text", secret),
];

const minute = 60_000;
const day = 24 * 60 * minute;

// Of the cell, and of nobody; what a device last called, and what is counted, are fixed words.
const ofNobody = /^cell\.|^device\.last_procedure$|^counter\.thing$/;

/** What of an account is still there when it left, by how long after that. */
const stays: readonly { readonly afterMs: number; readonly columns: readonly string[] }[] = [
  {
    afterMs: 0,
    columns: [
      "account.account_id",
      // That of a spent claim, for as long as the claim would be good.
      "account.claim_serial",
      "counter.key",
      "counter.parts",
      "mailbox.mailbox_id",
      "registration_session.code_mac",
      "registration_session.sealed",
      "registration_session.sealed_claim",
      "registration_session.session_hash",
      "spent_claim.serial",
    ],
  },
  {
    afterMs: 11 * minute,
    columns: ["account.account_id", "counter.key", "counter.parts", "mailbox.mailbox_id"],
  },
  { afterMs: 21 * day, columns: ["account.account_id", "mailbox.mailbox_id"] },
  { afterMs: 401 * day, columns: [] },
];

/** Waits until no more than so much is found: what is deleted is out of the files a moment after the service is quiet. */
async function whenQuiet<T>(find: () => Promise<readonly T[]>, most: number) {
  let found = await find();
  for (let tries = 0; found.length > most && tries < 200; tries += 1) {
    await delay(50);
    found = await find();
  }
  return found;
}

test("neither a running nor a stopped service holds numbers, names or texts", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  const contacts = join(anna.folder, "..", "contacts.vcf");
  await writeFile(
    contacts,
    `BEGIN:VCARD\r\nVERSION:4.0\r\nFN:${name}\r\nTEL:${french}\r\nEND:VCARD\r\n`,
  );
  await anna.ok(["contacts", "import", contacts]);
  await anna.turnOn(server);
  await ben.turnOn(server);
  await anna.ok(["check", "+33698765432"]);
  await anna.send(french, secret);

  // While a text waits: sealed, and nothing else.
  const waiting = await filesBelow(server.folder);
  assert.deepEqual(search(waiting, mustNotBeThere), []);
  const stored = await storedValues(server.folder);
  const envelopes = stored.filter(({ column }) => column === "envelope.body");
  assert.equal(envelopes.length, 1, "the search below looks for what is there now");
  assert.deepEqual(await ben.texts(), [secret]);
  await ben.send(german, secret);
  await anna.receive();
  await ben.receive();

  // Delivered: no byte of the envelope is left, in use or free, a moment after the service is quiet.
  const pieces = envelopes.flatMap(({ bytes }) =>
    Array.from({ length: Math.floor(bytes.length / 32) }, (_, index) => ({
      name: "envelope",
      bytes: bytes.subarray(index * 32, index * 32 + 32),
    })),
  );
  // The positive control; a piece that goes over the end of a page is in two places.
  assert.ok(search(waiting, pieces).length > pieces.length * 0.9);
  const left = await whenQuiet(async () => search(await filesBelow(server.folder), pieces), 0);
  assert.deepEqual(left, []);
  assert.deepEqual(search(await filesBelow(server.folder), mustNotBeThere), []);

  const accounts = (await storedValues(server.folder))
    .filter(({ column }) => !ofNobody.test(column))
    .map(({ column, bytes }) => ({ name: column, bytes }));
  assert.ok(accounts.length > 10);
  assert.ok(
    search(await filesBelow(server.folder), accounts).length >= accounts.length,
    "positive control",
  );
  await anna.ok(["off", "--yes"]);
  await ben.ok(["off", "--yes"]);
  for (const { afterMs, columns } of stays) {
    if (afterMs > 0) {
      await server.stop();
      server.clockAheadMs = afterMs;
      await server.start();
    }
    const found = async () => {
      const files = await filesBelow(server.folder);
      const those = accounts.filter((form) => search(files, [form]).length > 0);
      return [...new Set(those.map((form) => form.name))].sort();
    };
    assert.deepEqual(await whenQuiet(found, columns.length), columns);
    assert.deepEqual(search(await filesBelow(server.folder), mustNotBeThere), []);
  }

  await server.stop();
  const stopped = await filesBelow(server.folder);
  assert.deepEqual(search(stopped, [...mustNotBeThere, ...accounts]), []);
  const log = new Map([["log", Buffer.from(server.log)]]);
  assert.match(server.log, /the last minute/, "there is a log to search, and counts in it");
  assert.deepEqual(search(log, [...mustNotBeThere, ...accounts]), []);
});

test("the search finds every form that is planted", () => {
  for (const form of mustNotBeThere) {
    const planted = Buffer.concat([
      Buffer.from("some bytes before "),
      form.bytes,
      Buffer.from(" after"),
    ]);
    assert.ok(search(new Map([["planted", planted]]), [form]).length === 1, form.name);
  }
  // Base64 of it inside something longer, at each alignment.
  for (let offset = 0; offset < 3; offset += 1) {
    const encoded = Buffer.from(
      Buffer.from(`${"x".repeat(offset)}${german} and more`).toString("base64"),
    );
    assert.notDeepEqual(search(new Map([["planted", encoded]]), mustNotBeThere), []);
  }
});
