// What the operator says of the service: read as it is, or refused in one line before anything starts.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readOperatorTexts } from "./read-operator-texts.ts";

async function fileOf(context: TestContext, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-operator-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "beside.txt");
  await writeFile(file, content);
  return file;
}

function refused(environment: Record<string, string>): string {
  let said = "";
  assert.throws(
    () => readOperatorTexts(environment),
    (error: Error) => {
      said = error.message;
      return error.name === "ConfigError";
    },
  );
  assert.doesNotMatch(said, /\n/);
  return said;
}

test("nothing is said unless something is set", () => {
  assert.deepEqual(readOperatorTexts({}), { name: "", imprint: "", policySupplement: "" });
});

test("what is set is read without the space around it, the supplement from its file", async (context) => {
  const texts = readOperatorTexts({
    ASSENT_NAME: " Assent of the library ",
    ASSENT_IMPRINT: "Library association\nlibrary@assent.example",
    ASSENT_POLICY_SUPPLEMENT: await fileOf(context, "\ufeffBackups:\n  two weeks, größer nicht\n"),
  });
  assert.deepEqual(texts, {
    name: "Assent of the library",
    imprint: "Library association\nlibrary@assent.example",
    policySupplement: "Backups:\n  two weeks, größer nicht",
  });
});

test("what no client would take is refused by the name of its setting", async (context) => {
  for (const name of ["x".repeat(61), "two\nlines", "turned \u202e round"]) {
    assert.match(refused({ ASSENT_NAME: name }), /^ASSENT_NAME is one line of at most 60 /);
  }
  for (const imprint of ["x".repeat(501), "a\u001b[2Jb"]) {
    assert.match(refused({ ASSENT_IMPRINT: imprint }), /^ASSENT_IMPRINT has at most 500 /);
  }
  for (const content of ["x".repeat(8_193), "of Windows\r\nlines", "\0"]) {
    const environment = { ASSENT_POLICY_SUPPLEMENT: await fileOf(context, `${content}.`) };
    assert.match(refused(environment), /ASSENT_POLICY_SUPPLEMENT has at most 8192 bytes/);
  }
});

test("a supplement that cannot be read is refused, and no path is told", async (context) => {
  const notText = await fileOf(context, Uint8Array.of(0x61, 0xff));
  for (const file of [notText, `${notText}.gone`, tmpdir()]) {
    const said = refused({ ASSENT_POLICY_SUPPLEMENT: file });
    assert.match(said, /cannot be read as text/);
    assert.doesNotMatch(said, /assent-operator/);
  }
});
