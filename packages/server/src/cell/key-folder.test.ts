// The keys folder: made once, finished where it was cut off, and refused in words where a file is missing, damaged or
// another's.
import assert from "node:assert/strict";
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { cellIdOf, openCell } from "@assent/protocol";
import { type CellForTests, createMemoryCellStore, makeTestCell } from "./cell-for-tests.ts";
import { keyFormats } from "./key-formats.ts";

const files = Object.values(keyFormats).map(({ file }) => file);
const needed = files.filter((file) => file !== "root.key");

async function change(cell: CellForTests, file: string, edit: (text: string) => string) {
  const path = join(cell.folder, file);
  const before = await readFile(path, "utf8");
  const after = edit(before);
  assert.notEqual(after, before, `${file} is changed`);
  await writeFile(path, after);
  return () => writeFile(path, before);
}

test("the first start makes a file for each role, and a certificate that names them", async (context) => {
  const cell = await makeTestCell(context);
  const { publicSide } = await cell.open();
  assert.deepEqual((await readdir(cell.folder)).sort(), files.toSorted());
  assert.equal((await stat(cell.folder)).mode & 0o777, 0o700);
  for (const file of files) {
    assert.equal((await stat(join(cell.folder, file))).mode & 0o777, 0o600, file);
    const { format, role } = JSON.parse(await readFile(join(cell.folder, file), "utf8"));
    assert.deepEqual([format, role], [1, file.replace(".key", "")]);
  }
  const opened = await openCell(publicSide.published());
  assert.equal(opened?.certificate.number, 1);
  assert.deepEqual(cellIdOf(opened.certificate.rootKey), publicSide.id);
  // The next start finds it as it was, and rewrites nothing.
  const writtenAt = await Promise.all(files.map((file) => stat(join(cell.folder, file))));
  assert.deepEqual((await cell.open()).publicSide.published(), publicSide.published());
  for (const [index, { mtimeMs }] of writtenAt.entries())
    assert.equal((await stat(join(cell.folder, files[index]!))).mtimeMs, mtimeMs);
});

test("a first start that was cut off anywhere is finished by the next one", async (context) => {
  for (const file of files) {
    const cell = await makeTestCell(context);
    // Nothing can be written where a folder stands in the way.
    const inTheWay = join(cell.folder, `${file}.new`);
    await mkdir(cell.folder, { mode: 0o700 });
    await mkdir(inTheWay);
    await assert.rejects(cell.open(), file);
    assert.deepEqual(cell.store.kept, []);
    const made = new Map<string, string>();
    for (const found of await readdir(cell.folder))
      if (found !== `${file}.new`)
        made.set(found, await readFile(join(cell.folder, found), "utf8"));
    await rm(inTheWay, { recursive: true });
    const { publicSide } = await cell.open();
    assert.ok(await openCell(publicSide.published()));
    for (const [name, text] of made)
      assert.equal(await readFile(join(cell.folder, name), "utf8"), text, `${name} was kept`);
  }
});

test("a start needs every file but the root key, and names the one that is missing", async (context) => {
  const cell = await makeTestCell(context);
  await cell.open();
  for (const file of needed) {
    const path = join(cell.folder, file);
    await rename(path, `${path}.away`);
    const message = file === "certificate" ? `not in ${cell.folder}` : `${path} is missing`;
    await assert.rejects(cell.open(), { name: "StartRefused", message: new RegExp(message) }, file);
    await rename(`${path}.away`, path);
  }
  await rm(join(cell.folder, "root.key"));
  await cell.open();
});

test("keys that lost their certificate are never taken for a first start", async (context) => {
  const cell = await makeTestCell(context);
  const former = await cell.open();
  await former.rotate({ what: ["online"], rootKeyFile: undefined });
  await rm(join(cell.folder, "certificate"));
  // As where the database is gone too.
  cell.store.kept.length = 0;
  const refused = { name: "StartRefused", message: /not their certificate/ };
  await assert.rejects(cell.open(), refused);
  await rm(join(cell.folder, "root.key"));
  await assert.rejects(cell.open(), refused);
  assert.ok(!(await readdir(cell.folder)).includes("certificate"));
});

test("a file of another cell is refused, and so is one in the place of another", async (context) => {
  const [cell, other] = [await makeTestCell(context), await makeTestCell(context)];
  await cell.open();
  await other.open();
  for (const file of needed.filter((name) => name !== "certificate")) {
    const path = join(cell.folder, file);
    await copyFile(path, `${path}.own`);
    await copyFile(join(other.folder, file), path);
    const refused = { name: "StartRefused", message: new RegExp(`^${path} is of another cell`) };
    await assert.rejects(cell.open(), refused, file);
    await copyFile(`${path}.own`, path);
  }
  await cell.open();
  await copyFile(join(cell.folder, "claims.key"), join(cell.folder, "receipts.key"));
  await assert.rejects(cell.open(), { name: "StartRefused", message: /receipts\.key is damaged/ });
});

test("keys and database belong together", async (context) => {
  const [cell, other] = [await makeTestCell(context), await makeTestCell(context)];
  await cell.open();
  await other.open();
  await rm(cell.folder, { recursive: true });
  await assert.rejects(cell.open(), { name: "StartRefused", message: /Put the folder back/ });
  await rename(other.folder, cell.folder);
  const anothers = { name: "StartRefused", message: /another cell than the database/ };
  await assert.rejects(cell.open(), anothers);
  // With a store that is new the keys are whose they were.
  Object.assign(cell.store, createMemoryCellStore());
  await cell.open();
});

test("a certificate that its own root key did not sign is damaged; one of other keys fits none", async (context) => {
  const cell = await makeTestCell(context);
  const { rotate } = await cell.open();
  const former = await readFile(join(cell.folder, "certificate"), "utf8");
  await rotate({ what: ["online"], rootKeyFile: undefined });
  const restore = await change(cell, "certificate", () => former);
  await assert.rejects(cell.open(), {
    name: "StartRefused",
    message: /parameters\.key does not belong to the certificate/,
  });
  await restore();
  await change(cell, "certificate", (text) =>
    text.replace(/("signature": ")(.)/, (_, name, first) => `${name}${first === "A" ? "B" : "A"}`),
  );
  await assert.rejects(cell.open(), { name: "StartRefused", message: /certificate is damaged/ });
});

test("a damaged file is refused by name, and one of a later version too", async (context) => {
  const cell = await makeTestCell(context);
  await cell.open();
  const flip = (name: string) => (text: string) =>
    text.replace(new RegExp(`("${name}": ")(.)`), (_, before, first) =>
      before.concat(first === "A" ? "B" : "A"),
    );
  const damages: [string, (text: string) => string][] = [
    ["tickets.key", (text) => text.slice(0, -20)],
    ["tickets.key", () => "[]"],
    ["tickets.key", () => "null"],
    ["tickets.key", (text) => text.replace('"format": 1', '"format": 0')],
    ["counting.key", (text) => text.replace(/"key": "..../, '"key": "')],
    ["registration.key", (text) => text.replace(/"key": ".*"/, '"key": 1')],
    ["capability.key", (text) => text.replace('"epoch": 1', '"epoch": 0')],
    ["capability.key", (text) => text.replace('"epoch": 1', '"replacedAt": 5, "epoch": 1')],
    ["capability.key", (text) => text.replace(/"keys": [\s\S]*\]/, '"keys": []')],
    ["push.key", flip("publicKey")],
    ["push.key", flip("privateKey")],
    // Nought, which is no key of the curve.
    ["push.key", (text) => text.replace(/(?<="privateKey": ")[^"]*/, `${"A".repeat(43)}=`)],
    ["voprf.key", flip("publicKey")],
    ["voprf.key", flip("privateKey")],
    ["sealing.key", flip("publicKey")],
    ["sealing.key", flip("privateKey")],
    ["claims.key", flip("publicKey")],
    ["claims.key", (text) => text.replace('"certificate": 1', '"certificate": 1.5')],
  ];
  for (const [file, damage] of damages) {
    const restore = await change(cell, file, damage);
    const message = new RegExp(`^${join(cell.folder, file)} is damaged`);
    await assert.rejects(cell.open(), { name: "StartRefused", message }, String(damage));
    await restore();
  }
  const restore = await change(cell, "sealing.key", (text) =>
    text.replace('"format": 1', '"format": 2'),
  );
  await assert.rejects(cell.open(), { name: "StartRefused", message: /by a newer version/ });
  await restore();
  await chmod(cell.folder, 0o755);
  await assert.rejects(cell.open(), { name: "StartRefused", message: /chmod 700/ });
  await chmod(cell.folder, 0o700);
  await cell.open();
});
