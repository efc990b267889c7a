// The egress manifest: every declaration is complete, and lanes stay apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Declaration, declarations, isDeclarationId } from "./declarations.ts";
import { isPurpose } from "./policy.ts";

const all: [string, Declaration][] = Object.entries(declarations);

test("every declaration says all it must, in words that fit a table", () => {
  for (const [id, declaration] of all) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(isPurpose(declaration.purpose), id);
    for (const field of ["holds", "why", "readableBy", "kept"] as const) {
      assert.match(declaration[field], /^[^|\n]{3,}$/, `${id} ${field}`);
      assert.equal(declaration[field], declaration[field].trim(), `${id} ${field}`);
      assert.ok(!declaration[field].endsWith("."), `${id} ${field}`);
    }
  }
});

test("what says who one writes to never shares a connection with what says who one is", () => {
  const anonymous = all.filter(([, { lane }]) => lane === "anonymous").map(([id]) => id);
  for (const id of [
    "get-buckets",
    "get-record",
    "take-key-packages",
    "open-outbox",
    "put",
    "ask-status",
  ]) {
    assert.ok(anonymous.includes(id), id);
  }
  const account = all.filter(([, { lane }]) => lane === "account").map(([id]) => id);
  for (const id of [
    "start-registration",
    "evaluate",
    "authenticate",
    "acknowledge",
    "delete-account",
  ]) {
    assert.ok(account.includes(id), id);
  }
});

test("a declaration is one of the list, and nothing an object happens to have", () => {
  assert.ok(isDeclarationId("put"));
  for (const text of ["", "Put", "toString", "__proto__"]) assert.ok(!isDeclarationId(text), text);
});
