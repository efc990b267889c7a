// After a whole story, the service's folder and its log are searched for what must not be there: numbers in any
// form, names, texts; and after leaving, whatever was the account's. The same search finds what was planted.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { filesBelow, formsOf, formsOfNumber, search } from "../forms.ts";
import { newPhones, TestServer } from "../network.ts";

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

/** What the service stores of accounts, read out of its own tables: ids, keys, tags, sealed records. */
async function accountBytes(folder: string): Promise<Map<string, Buffer>> {
  // The service holds its file alone; a copy of file and log says the same.
  const copy = await mkdtemp(join(tmpdir(), "assent-copy-"));
  for (const file of ["assent.db", "assent.db-wal"])
    await copyFile(join(folder, file), join(copy, file));
  const database = new DatabaseSync(join(copy, "assent.db"));
  const found = new Map<string, Buffer>();
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const { name: table } of tables) {
    for (const [index, row] of database.prepare(`SELECT * FROM "${table}"`).all().entries()) {
      for (const [column, value] of Object.entries(row)) {
        // Shorter ones would be found by chance.
        if (value instanceof Uint8Array && value.length >= 16) {
          found.set(`${table}.${column} ${index}`, Buffer.from(value));
        }
      }
    }
  }
  database.close();
  await rm(copy, { recursive: true });
  return found;
}

/** Waits for a condition that comes about by itself. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    assert.ok(tries < 200, "it did not come about");
    await delay(50);
  }
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
  const stored = await accountBytes(server.folder);
  const envelopes = [...stored].filter(([where]) => /^envelope\.body/.test(where));
  assert.equal(envelopes.length, 1, "the search below looks for what is there now");
  assert.deepEqual(await ben.texts(), [secret]);
  await ben.send(german, secret);
  await anna.receive();
  await ben.receive();

  // Delivered: no byte of the envelope is left, in use or free, a moment after the service is quiet.
  const pieces = envelopes.flatMap(([, body]) =>
    Array.from({ length: Math.floor(body.length / 32) }, (_, index) => ({
      name: "envelope",
      bytes: body.subarray(index * 32, index * 32 + 32),
    })),
  );
  // The positive control; a piece that goes over the end of a page is in two places.
  assert.ok(search(waiting, pieces).length > pieces.length * 0.9);
  await until(async () => search(await filesBelow(server.folder), pieces).length === 0);
  assert.deepEqual(search(await filesBelow(server.folder), mustNotBeThere), []);

  // The cell is not the account; a spent claim is remembered for its ten minutes, so that it stays spent.
  const kept = /^cell\.|serial/;
  const accounts = [...(await accountBytes(server.folder))]
    .filter(([where]) => !kept.test(where))
    .map(([where, bytes]) => ({
      name: where,
      bytes,
    }));
  assert.ok(accounts.length > 10);
  assert.ok(
    search(await filesBelow(server.folder), accounts).length >= accounts.length,
    "positive control",
  );
  await anna.ok(["off", "--yes"]);
  await ben.ok(["off", "--yes"]);
  const afterwards = await filesBelow(server.folder);
  assert.deepEqual(search(afterwards, mustNotBeThere), []);
  assert.deepEqual(search(afterwards, accounts), []);

  await server.stop();
  const stopped = await filesBelow(server.folder);
  assert.deepEqual(search(stopped, [...mustNotBeThere, ...accounts]), []);
  const log = new Map([["log", Buffer.from(server.log)]]);
  assert.ok(server.log.length > 0, "there is a log to search");
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
