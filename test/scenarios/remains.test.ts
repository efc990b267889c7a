// After a whole story, the service's folder and its log are searched for what must not be there: numbers in any
// form, names, texts; and after leaving, whatever was the account's. The same search finds what was planted.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
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
function accountBytes(folder: string): Map<string, Buffer> {
  const database = new DatabaseSync(join(folder, "assent.db"), { readOnly: true });
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
  const stored = accountBytes(server.folder);
  const envelopes = [...stored].filter(([where]) => /^envelopes\.body/.test(where));
  assert.equal(envelopes.length, 1, "the search below looks for what is there now");
  assert.deepEqual(await ben.texts(), [secret]);
  await ben.send(german, secret);
  await anna.receive();
  await ben.receive();

  // Delivered: no byte of the envelope is left, in use or free.
  const delivered = await filesBelow(server.folder);
  for (const [, body] of envelopes) {
    for (let offset = 0; offset + 32 <= body.length; offset += 32) {
      const piece = [{ name: "envelope", bytes: body.subarray(offset, offset + 32) }];
      assert.deepEqual(search(delivered, piece), []);
    }
  }
  assert.deepEqual(search(delivered, mustNotBeThere), []);

  const accounts = [...accountBytes(server.folder)].map(([where, bytes]) => ({
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
