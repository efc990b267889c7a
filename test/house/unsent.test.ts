// What the contract declares and no app here sends is said in docs/privacy.md, so that nobody looks for it in them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { declarations, Intent } from "@assent/protocol";
import { readTree, type Source } from "../source-tree.ts";
import { isTest } from "./rule.ts";

const root = new URL("../../", import.meta.url);
const procedures = "packages/client/src/egress/procedures.ts";

/** What people run: neither tests nor what plays a service for them. */
const isOfApps = ({ path }: Source) =>
  /^packages\/(client|web|cli)\/src\//.test(path) &&
  !isTest(path) &&
  !/-for-tests\.ts$|\/testing\//.test(path);

/** @param bound to their procedures: the source that does it. A procedure's declaration is sent by whoever calls that. */
function unsent(ids: readonly string[], bound: string, apps: readonly Source[]): string[] {
  const calls = new Map(
    Array.from(bound.matchAll(/\/(\w)(\w*)": "([\w-]+)"/g), ([, first = "", rest, id]) => [
      id,
      `${first.toLowerCase()}${rest}`,
    ]),
  );
  return ids.filter((id) => !apps.some(({ names }) => names.has(calls.get(id) ?? id)));
}

const said = (page: string, before: string) => {
  const sentence = page.replaceAll("\n", " ").split(before)[1]?.split(/[.:]/)[0];
  assert.ok(sentence, `docs/privacy.md says: ${before}`);
  return Array.from(sentence.matchAll(/`([\w-]+)`/g), ([, name]) => name);
};

const apps = readTree().filter((source) => isOfApps(source) && source.path !== procedures);
const bound = readFileSync(new URL(procedures, root), "utf8");
const privacy = readFileSync(new URL("docs/privacy.md", root), "utf8");

test("the messages that no app here sends are those that docs/privacy.md names", () => {
  const ids = Object.keys(declarations);
  assert.deepEqual(unsent(ids, bound, apps), said(privacy, "No app here sends "));
  assert.deepEqual(unsent([...ids, "no-such-message"], bound, apps).at(-1), "no-such-message");
  const without = apps.filter(({ names }) => !names.has("deleteAccount"));
  assert.ok(unsent(ids, bound, without).includes("delete-account"), "it would be seen");
});

test("the intents that no app here proves a number for are those that docs/privacy.md names", () => {
  const isProved = (name: string) =>
    apps.some(({ text }) => new RegExp(`\\bIntent\\.${name}\\b`).test(text));
  const names = Object.keys(Intent).filter((key) => /^[A-Z]+$/.test(key) && key !== "UNSPECIFIED");
  assert.ok(names.length > 3 && isProved("REGISTER"));
  assert.deepEqual(
    names.filter((name) => !isProved(name)).map((name) => `INTENT_${name}`),
    said(privacy, "None proves a number for "),
  );
});
