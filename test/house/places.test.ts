// The README's map has every room, and what packages/client/API.md calls by its name is there.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

const made = "generated";
const mapped = ["server", "client"].map((name) => `packages/${name}/`);

function foldersOf(place: string): string[] {
  const entries = readdirSync(new URL(`${place}src/`, root), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && entry.name !== made).map((f) => f.name);
}

/** What a page that lists places in a block says of one: its line, and those that go on with it. */
function entryOf(page: string, place: string): string {
  const lines = page.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`${place} `));
  assert.ok(first >= 0, `${place} is on the page`);
  const next = lines.findIndex((line, index) => index > first && !line.startsWith(" "));
  return lines.slice(first, next).join("\n");
}

function unsaid(entry: string, folders: readonly string[]): string[] {
  const words = new Set(entry.match(/[\w-]+/g));
  return folders.filter((folder) => !words.has(folder));
}

for (const place of mapped)
  test(`the README names every room of ${place}`, () => {
    const folders = foldersOf(place);
    assert.ok(folders.length > 10);
    assert.deepEqual(unsaid(entryOf(read("README.md"), place), folders), []);
  });

test("a room that the README leaves out is seen, also where another has its name in its own", () => {
  const page = "packages/server/    rooms: cell, sms-relay,\n   time\npackages/client/  push\n";
  const folders = ["cell", "sms", "sms-relay", "time", "push"];
  assert.deepEqual(unsaid(entryOf(page, "packages/server/"), folders), ["sms", "push"]);
});

/** The members that prose names by what holds them (`Profile.texts`, `texts.send`), and that the page does not have. */
function missingMembers(page: string): string[] {
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.split("\n", 1)[0] ?? "", section]),
  );
  const isMember = (section: string | undefined, name: string) =>
    new RegExp(`^ {4}(?:readonly |get |static )*${name}\\??[:(<]`, "m").test(section ?? "");
  const ofProfile = sections.get("Profile") ?? "";
  return [...page.matchAll(/`([A-Za-z]+)\.([a-z]\w*)/g)]
    .filter(([, holder = "", name = ""]) => {
      const kind = new RegExp(`^ {4}readonly ${holder}: (\\w+);`, "m").exec(ofProfile)?.[1];
      return !isMember(sections.get(kind ?? holder), name);
    })
    .map(([, holder, name]) => `${holder}.${name}`);
}

test("what API.md names is on it", () => {
  assert.deepEqual(missingMembers(read("packages/client/API.md")), []);
});

test("a member that API.md does not have is seen", () => {
  const page = (said: string) =>
    `## a\n\n### Account\n\n${said}\n\nclass Account {\n    turnOff(waiting?: Waiting): void;\n    get isOn(): boolean;\n}\n\n### Profile\n\nclass Profile {\n    readonly account: Account;\n}\n`;
  for (const said of ["`account.turnOff`", "`Account.isOn`", "`account.turnOff(waiting)`"])
    assert.deepEqual(missingMembers(page(said)), []);
  for (const said of ["`Profile.restart`", "`account.begin`", "`Account.turn`", "`other.turnOff`"])
    assert.deepEqual(missingMembers(page(said)), [said.replaceAll("`", "")]);
});
