// The room that the database has on the disk: none is given back and none is asked for while it is written, erased, closed and
// opened again, and nothing of what was written is left in it.
import assert from "node:assert/strict";
import { linkSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Call, type Engine, openEngine } from "./engine.ts";
import { writeAheadBytes } from "./write-ahead-room.ts";

async function opened(context: TestContext, mostPages?: number) {
  const folder = await mkdtemp(join(tmpdir(), "assent-room-"));
  const file = join(folder, "assent.db");
  let engine = openEngine(file, mostPages);
  let isOpen = true;
  const close = () => {
    if (isOpen) engine.close();
    isOpen = false;
  };
  context.after(() => {
    close();
    return rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    file,
    close,
    engine: (): Engine => engine,
    reopen() {
      close();
      engine = openEngine(file, mostPages);
      isOpen = true;
    },
    /** By name, without what only the file's name says. */
    async sizes() {
      const names = (await readdir(folder)).sort();
      const sizes = names.map(async (name) => [name, (await stat(join(folder, name))).size]);
      return Object.fromEntries(await Promise.all(sizes)) as Record<string, number>;
    },
  };
}

const text = "what nobody may find again";

function add(number: number): Call {
  return { port: "registration", method: "addNever", given: [Buffer.from(`${text} ${number}`)] };
}

test("what is written, erased and opened again needs no room on the disk, and leaves nothing there", async (context) => {
  const { engine, file, sizes, reopen, close } = await opened(context);
  const before = await sizes();
  assert.equal(before["assent.db-wal"], writeAheadBytes);
  for (let number = 0; number < 100; number += 1) {
    assert.deepEqual(engine().run([add(number)]), [{ value: true }]);
  }
  assert.ok((await readFile(`${file}-wal`)).includes(text), "it went through the log");
  assert.deepEqual(await sizes(), before);
  assert.equal(engine().purge(), true);
  assert.deepEqual(await readFile(`${file}-wal`), Buffer.alloc(writeAheadBytes));
  assert.deepEqual(await sizes(), before);
  close();
  const { "assent.db-wal": log, ...others } = before;
  assert.deepEqual(await sizes(), { ...others, "assent.db-room": log });
  assert.deepEqual(await readFile(`${file}-room`), Buffer.alloc(writeAheadBytes));
  reopen();
  assert.deepEqual(await sizes(), before);
  assert.deepEqual(engine().run([isNever(99), isNever(100)]), [{ value: true }, { value: false }]);
});

function isNever(number: number): Call {
  return { port: "registration", method: "isNever", given: [Buffer.from(`${text} ${number}`)] };
}

test("a process that ended while it closed left two names, and what it wrote is there", async (context) => {
  const { engine, file, sizes, reopen } = await opened(context);
  assert.deepEqual(engine().run([add(1)]), [{ value: true }]);
  const before = await sizes();
  linkSync(`${file}-wal`, `${file}-room`);
  reopen();
  assert.deepEqual(await sizes(), before);
  assert.deepEqual(engine().run([isNever(1)]), [{ value: true }]);
});

test("what finds no page fails alone, and needs none later", async (context) => {
  const { engine, sizes } = await opened(context, 200);
  const before = await sizes();
  const large = { ...add(0), given: [Buffer.alloc(3_000_000, 65)] };
  const [failed, stored] = engine().run([large, add(1)]);
  assert.deepEqual(failed, { failure: { sqliteCode: 13, at: "registration.addNever" } });
  assert.deepEqual(stored, { value: true });
  assert.deepEqual(engine().run([isNever(1)]), [{ value: true }]);
  const { "assent.db": size = 0 } = await sizes();
  assert.ok(size <= 200 * 8_192 && size >= (before["assent.db"] ?? 0));
  const middling = { ...add(0), given: [Buffer.alloc(250_000, 65)] };
  assert.deepEqual(engine().run([middling]), [{ value: true }], "the file was made longer");
  assert.ok(((await sizes())["assent.db"] ?? 0) > size);
});

test("a log that cannot be erased ends it: what stands in it is not known", async (context) => {
  const { engine, file } = await opened(context);
  assert.deepEqual(engine().run([add(1)]), [{ value: true }]);
  assert.equal(engine().purge(), true);
  assert.equal(engine().failed, undefined);
  await rm(`${file}-wal`);
  assert.equal(engine().purge(), false);
  assert.equal((engine().failed as NodeJS.ErrnoException).code, "ENOENT");
});
