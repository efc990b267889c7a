// Rows of the browser's store: what is damaged is told from a browser that fails for a moment, because only the first may
// lead to anything being deleted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "@assent/protocol";
import { newRowKeys, SealedRows, type Subtle } from "./sealed-rows.dom.ts";

/** The platform's, which fails to decrypt so many times first. */
function failing(times: number): Subtle {
  let left = times;
  const { subtle } = crypto;
  return {
    encrypt: subtle.encrypt.bind(subtle),
    sign: subtle.sign.bind(subtle),
    decrypt: async (...given: Parameters<Subtle["decrypt"]>) => {
      left -= 1;
      if (left >= 0) throw new DOMException("for a moment", "OperationError");
      return subtle.decrypt(...given);
    },
  } as unknown as Subtle;
}

async function sealedRow() {
  const keys = await newRowKeys();
  const rows = new SealedRows(keys);
  const place = await rows.place("numbers", "+4915123456789");
  return { keys, place, sealed: await rows.seal(place, "+4915123456789", utf8("kept")) };
}

test("a moment's failure is not seen", async () => {
  const { keys, place, sealed } = await sealedRow();
  for (const times of [0, 1, 2]) {
    const { value } = await new SealedRows(keys, failing(times)).open(place, sealed);
    assert.deepEqual(value, utf8("kept"));
  }
});

test("a browser that opens nothing is no damage, and a row that does not open where others do is", async () => {
  const { keys, place, sealed } = await sealedRow();
  const broken = new SealedRows(keys, failing(100));
  await assert.rejects(broken.open(place, sealed), { code: "storage_failed" });
  const rows = new SealedRows(keys);
  const damaged = sealed.slice();
  damaged[20] = (damaged[20] ?? 0) ^ 1;
  await assert.rejects(rows.open(place, damaged), { code: "profile_unreadable" });
  await assert.rejects(rows.open(`${place}x`, sealed), { code: "profile_unreadable" });
});
