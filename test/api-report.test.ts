// The SDK's doors are pinned: what they offer is written down in packages/client/API.md, and changes there knowingly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as client from "@assent/client";
import * as node from "@assent/client/node";
import { apiFile, apiPage } from "../scripts/write-api.mjs";

const page = apiPage();

test("API.md says what the doors offer; `npm run docs` writes it, and CHANGELOG.md says what it means", async () => {
  assert.equal(await readFile(apiFile, "utf8"), page);
});

test("the page sees the doors: all that they hold when they run is on it", () => {
  for (const door of [client, node]) {
    const names = Object.keys(door);
    assert.ok(names.length > 5);
    for (const name of names) assert.ok(page.includes(`\n### ${name}\n`), name);
  }
  assert.match(page, /class Profile \{[^}]*readonly account: Account;/);
});
