// The error tables: every entry can be shown to a person, stands in one table, and arrives in an AssentError whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AssentError,
  commandErrors,
  deviceErrors,
  type ErrorCode,
  errorTable,
  isErrorCode,
  isWireErrorCode,
  type Retry,
  wireErrors,
} from "./errors.ts";

const retries: readonly Retry[] = ["never", "later", "after-consent", "ask"];

test("every entry has a code, a retry and one or more sentences a person can read", () => {
  for (const [code, { retry, message }] of Object.entries(errorTable)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(retries.includes(retry), code);
    assert.match(message, /^[A-Z].*\.$/, code);
    assert.ok(message.length <= 120, code);
    assert.doesNotMatch(message, /[|\n_{}]|undefined|error/i, code);
  }
});

test("every code stands in one of the three tables", () => {
  const codes = [wireErrors, deviceErrors, commandErrors].flatMap((table) => Object.keys(table));
  assert.equal(new Set(codes).size, codes.length);
  assert.deepEqual(codes, Object.keys(errorTable));
});

test("a service may say what is of the wire, and nothing that only a device or a command line says", () => {
  for (const code of Object.keys(wireErrors)) assert.ok(isWireErrorCode(code), code);
  for (const code of [...Object.keys(deviceErrors), ...Object.keys(commandErrors)])
    assert.ok(!isWireErrorCode(code), code);
  for (const text of ["", "Gone", "toString", "__proto__", "constructor"])
    assert.ok(!isWireErrorCode(text), text);
});

test("no two codes say the same", () => {
  const messages = Object.values(errorTable).map((entry) => entry.message);
  assert.equal(new Set<string>(messages).size, messages.length);
});

// A number is refused for its kind, for want of a way there, or because its owner wants nothing: which, is not for whoever asks.
test("what is said of a refused number is true of each that is, and does not say which", () => {
  const { message } = wireErrors.number_refused;
  for (const said of [
    /gets none/,
    /costs extra/,
    /, or is not served here\./,
    /whoever runs it\.$/,
  ])
    assert.match(message, said);
});

test("an error carries its entry", () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const error = new AssentError(code);
    assert.equal(error.code, code);
    assert.equal(error.retry, errorTable[code].retry);
    assert.equal(error.message, errorTable[code].message);
    assert.equal(error.name, "AssentError");
    assert.equal(error.retryAfterSeconds, undefined);
    assert.ok(error instanceof Error && !("cause" in error));
  }
});

test("an error keeps its cause and how long to wait", () => {
  const cause = new Error("disk full");
  const error = new AssentError("storage_failed", { cause, retryAfterSeconds: 30 });
  assert.equal(error.cause, cause);
  assert.equal(error.retryAfterSeconds, 30);
});

test("a code is one of the table, and nothing an object happens to have", () => {
  assert.ok(isErrorCode("gone"));
  for (const text of ["", "Gone", "toString", "__proto__", "constructor"]) {
    assert.ok(!isErrorCode(text), text);
  }
});
