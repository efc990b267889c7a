// Choices where the browser keeps them, where it takes none any more, and where it lets a page look at nothing.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { forget, keep, kept } from "./kept.ts";

function browserThat(
  context: TestContext,
  keeps: { readonly reads: boolean; readonly writes: boolean },
) {
  const values = new Map<string, string>();
  const refuse = () => {
    throw new DOMException("refused", "SecurityError");
  };
  const storage = {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => (keeps.writes ? values.set(key, value) : refuse()),
    removeItem: (key: string) => values.delete(key),
  };
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => (keeps.reads ? storage : refuse()),
  });
  context.after(() => Reflect.deleteProperty(globalThis, "localStorage"));
  return values;
}

test("a choice is kept where the browser keeps it, and nowhere else", (context) => {
  const values = browserThat(context, { reads: true, writes: true });
  assert.equal(kept("a"), null);
  keep("a", "one");
  assert.deepEqual([kept("a"), values.get("a")], ["one", "one"]);
  values.set("a", "of another page");
  assert.equal(kept("a"), "of another page");
  forget("a");
  assert.deepEqual([kept("a"), values.size], [null, 0]);
});

test("what the browser does not keep holds for this page, also over what it kept before", (context) => {
  const values = browserThat(context, { reads: true, writes: false });
  values.set("b", "before");
  keep("b", "now");
  assert.deepEqual([kept("b"), values.get("b")], ["now", "before"]);
  browserThat(context, { reads: false, writes: false });
  assert.equal(kept("c"), null);
  keep("c", "now");
  assert.deepEqual([kept("b"), kept("c")], ["now", "now"]);
  forget("c");
  assert.equal(kept("c"), null);
});
