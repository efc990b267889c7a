// The format of a profile: what was written under another is not read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, bytesFromHex } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { profileFormat } from "../store/migrations.ts";
import { Phase, ProfileStateSchema, put, Records } from "../store/records.ts";
import { createMemoryStore } from "../store/store-for-tests.ts";
import { ProfileStateKeeper } from "./profile-state.ts";

/** A profile that is on, as the first format wrote it. */
const formatOne = [
  "080110021a340802122001010101010101010101010101010101010101010101010101010101010101011a07736572766963",
  "652080d8c1a28c342283010a15687474703a2f2f3132372e302e302e313a3830383012280202020202020202020202020202",
  "02020202020202020202020202020202020202020202020202021a4003030303030303030303030303030303030303030303",
  "0303030303030303030303030303030303030303030303030303030303030303030303030303030303032ab0010a0e2b3439",
  "3135313233343536373839122004040404040404040404040404040404040404040404040404040404040404041a20050505",
  "0505050505050505050505050505050505050505050505050505050505222006060606060606060606060606060606060606",
  "060606060606060606060606062a180707070707070707070707070707070707070707070707073210080808080808080808",
  "080808080808083a0c0909090909090909090909094080d8c1a28c34",
].join("");

async function storing(value: Uint8Array) {
  const store = createMemoryStore();
  await store.commit([{ table: "profile", key: "state", value }]);
  return new Records(store);
}

test("a profile of the first format is refused, and one of this format is read", async () => {
  const records = await storing(bytesFromHex(formatOne));
  await assert.rejects(
    ProfileStateKeeper.load(records),
    (error) => error instanceof AssentError && error.code === "profile_unreadable",
  );
  const state = fromBinary(ProfileStateSchema, bytesFromHex(formatOne));
  assert.deepEqual([state.format, state.phase], [1, Phase.ON]);
  await records.commit([put("profile", "state", { ...state, format: profileFormat })]);
  const { current } = await ProfileStateKeeper.load(records);
  assert.equal(current.identity?.number, "+4915123456789");
});

test("a new profile has the format of today, and what changes at once is all kept", async () => {
  const records = new Records(createMemoryStore());
  const state = await ProfileStateKeeper.load(records);
  await Promise.all([
    state.change({ phase: Phase.VERIFYING }),
    state.change({ requestCounter: 7n }),
  ]);
  const { current } = await ProfileStateKeeper.load(records);
  assert.deepEqual(
    [current.format, current.phase, current.requestCounter],
    [profileFormat, Phase.VERIFYING, 7n],
  );
});
