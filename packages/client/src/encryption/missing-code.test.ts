// Code that cannot be fetched at the moment, as in a page whose line is gone: what waits for it waits, and is not taken for forged.
import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { AssentError, openSeal, seal } from "@assent/protocol";
import { pairOf } from "./groups-for-tests.ts";
import { loadMls } from "./mls.ts";

const fetched = ["./hpke.ts", "./mls-library-suite.ts"];
let isAway = false;
registerHooks({
  resolve(specifier, context, next) {
    if (isAway && fetched.includes(specifier)) throw new TypeError("not fetched");
    return next(specifier, context);
  },
});

function isUnreachable(error: unknown): boolean {
  return error instanceof AssentError && error.code === "unreachable";
}

test("a Welcome waits for what opens it, and is not forged", async () => {
  const { others, packages, started, trusted } = await pairOf(await loadMls());
  const [device, made] = [others[0], packages[0]];
  assert.ok(device && made);
  const mls = await loadMls();
  isAway = true;
  await assert.rejects(mls.join(device, started.welcome, made, trusted), isUnreachable);
  isAway = false;
  await mls.join(device, started.welcome, made, trusted);
});

test("a seal that cannot be looked into is not one that does not open", async () => {
  const [key, sealed] = [new Uint8Array(32), new Uint8Array(2_000)];
  isAway = true;
  await assert.rejects(openSeal(key, "first contact", sealed), isUnreachable);
  await assert.rejects(seal(key, "first contact", sealed), isUnreachable);
  isAway = false;
  assert.equal(await openSeal(key, "first contact", sealed), undefined);
});
