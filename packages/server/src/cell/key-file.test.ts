// One key file: what is written is read, by its owner alone, and what others could have read or made is refused.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeKeysFolder, readKeyFile, writeKeyFile } from "./key-file.ts";

async function newFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-key-file-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("what is written is read, and is nobody else's", async (context) => {
  const folder = await newFolder(context);
  const file = join(folder, "a.key");
  assert.equal(await readKeyFile(file), undefined);
  assert.equal(await readKeyFile(join(folder, "missing", "a.key")), undefined);
  for (const written of [{ a: 1 }, { b: [2] }]) {
    // What a crash left of an earlier try is in nobody's way.
    await writeFile(`${file}.new`, "{");
    await writeKeyFile(file, written);
    assert.deepEqual(await readKeyFile(file), written);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ["a.key"]);
  }
});

test("a key file that others could use is refused, until they cannot", async (context) => {
  const file = join(await newFolder(context), "a.key");
  await writeKeyFile(file, {});
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o700]) {
    await chmod(file, mode);
    await assert.rejects(readKeyFile(file), {
      name: "StartRefused",
      message: `${file} can be used by others than its owner. Run: chmod 600 ${file}`,
    });
  }
  for (const mode of [0o600, 0o400]) {
    await chmod(file, mode);
    assert.deepEqual(await readKeyFile(file), {});
  }
});

test("what is no file is refused: a link, a folder, a pipe, a socket", async (context) => {
  const folder = await newFolder(context);
  const file = join(folder, "a.key");
  await writeKeyFile(join(folder, "b.key"), {});
  const listening = createServer();
  context.after(() => listening.close());
  const others: Record<string, () => unknown> = {
    link: () => symlink(join(folder, "b.key"), file),
    folder: () => mkdir(file, { mode: 0o700 }),
    pipe: () => execFileSync("sh", ["-c", `mkfifo -m 600 ${file}`]),
    socket: () => listening.listen(file),
  };
  for (const [name, make] of Object.entries(others)) {
    await make();
    const refused = {
      name: "StartRefused",
      message: `${file} is not a file. Put the file itself there.`,
    };
    await assert.rejects(readKeyFile(file), refused, name);
    await rm(file, { recursive: true });
  }
  await rename(join(folder, "b.key"), file);
  assert.deepEqual(await readKeyFile(file), {});
});

test("a file of another user is refused", async (context) => {
  const file = join(await newFolder(context), "a.key");
  await writeKeyFile(file, {});
  const owned: { geteuid?: () => number } = process;
  const self = owned.geteuid?.() ?? 0;
  const read = context.mock.method(owned as Required<typeof owned>, "geteuid", () => self + 1);
  await assert.rejects(readKeyFile(file), { name: "StartRefused", message: /another user/ });
  read.mock.restore();
  assert.deepEqual(await readKeyFile(file), {});
});

test("what cannot be read as JSON, or is longer than any key file, is damaged", async (context) => {
  const file = join(await newFolder(context), "a.key");
  for (const text of ["", "{", `"${"a".repeat(1_048_576)}"`]) {
    await writeFile(file, text, { mode: 0o600 });
    await assert.rejects(readKeyFile(file), { name: "StartRefused", message: /is damaged/ });
  }
});

test("the folder is made for its owner alone, and refused where others may look into it", async (context) => {
  const folder = join(await newFolder(context), "a", "keys");
  await makeKeysFolder(folder);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await makeKeysFolder(folder);
  for (const mode of [0o750, 0o701, 0o755]) {
    await chmod(folder, mode);
    await assert.rejects(makeKeysFolder(folder), { name: "StartRefused", message: /chmod 700/ });
  }
});
