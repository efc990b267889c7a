// What has to come over the line before somebody sees the first screen, and before their phone can text: read off the app as
// it is built. What is fetched ahead of its need, once the line is there, does not count.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL("../../packages/web/dist/assets/", import.meta.url));
const scripts = (await readdir(folder)).filter((name) => name.endsWith(".js"));

test("the first screen takes 45 kB of scripts in English, and 48 in the languages that have more words", async () => {
  const page = await neededFor("app");
  assert.ok(page.names.some((name) => name.startsWith("first-screen-")));
  assertWithin(page.gzBytes + (await gzBytesOf("en")), 45_000);
  for (const language of ["ar", "de", "fr", "zh-hans"]) {
    assertWithin(page.gzBytes + (await gzBytesOf(language)), 48_000);
  }
});

test("the phone's worker takes 170 kB of scripts before it seals to a key, or looks anybody up", async () => {
  const worker = await neededFor("phone.worker", "worker-phone");
  const later = ["hpke", "national-number", "voprf", "procedures", "vcard"];
  for (const name of await Promise.all(later.map(scriptOf))) {
    assert.ok(!worker.names.includes(name), `${name} is loaded at the start`);
  }
  assertWithin(worker.gzBytes, 170_000);
});

function assertWithin(gzBytes: number, most: number): void {
  // Nothing is as small as this but a measurement that saw too little.
  assert.ok(gzBytes > most / 2, `${gzBytes} bytes are not all of it`);
  assert.ok(gzBytes <= most, `${gzBytes} bytes are more than ${most}`);
}

/** @param name of a chunk, without what tells its versions apart. */
async function scriptOf(name: string): Promise<string> {
  const found = scripts.filter((script) => script.replace(/-.{8}\.js$/, "") === name);
  assert.equal(found.length, 1, `scripts called ${name}`);
  return found[0] as string;
}

/** Of the catalogue. What the egress manifest declares has files of its own, called the same, which a later screen loads. */
async function gzBytesOf(language: string): Promise<number> {
  const found = scripts.filter((script) => script.replace(/-.{8}\.js$/, "") === language);
  const sizes = found.map(async (script) => gzipSync(await readFile(folder + script)).length);
  return Math.max(...(await Promise.all(sizes)));
}

/** With all that they import before they run. */
async function neededFor(...entries: readonly string[]) {
  const names = await Promise.all(entries.map(scriptOf));
  let gzBytes = 0;
  for (const name of names) {
    const code = await readFile(folder + name, "utf8");
    gzBytes += gzipSync(code, { level: 9 }).length;
    for (const [, imported = ""] of code.matchAll(/\b(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
      if (!names.includes(imported)) names.push(imported);
    }
  }
  return { names, gzBytes };
}
