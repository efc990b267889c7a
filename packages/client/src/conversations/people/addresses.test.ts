// When an address of this device is given to somebody anew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { PersonSchema } from "../../store/records.ts";
import { needsAddress } from "./addresses.ts";

const day = 86_400_000;
const nowMs = 1_800_000_000_000;

test("an address that was given in a time to come is renewed, as one that is a month old", () => {
  const needed = (givenAtMs: number) =>
    needsAddress(create(PersonSchema, { addressesGivenAtMs: BigInt(givenAtMs) }), nowMs);
  assert.equal(needed(nowMs - 29 * day), false);
  assert.equal(needed(nowMs - 30 * day), true);
  assert.equal(needed(nowMs + 3_650 * day), true);
});
