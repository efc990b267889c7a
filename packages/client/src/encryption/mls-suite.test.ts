// The suite computes what the library's own does: whoever runs another version reads the same groups.
import assert from "node:assert/strict";
import { test } from "node:test";
import { randomBytes } from "@assent/protocol";
import { getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls";
import { loadSuite } from "./mls-suite.ts";

const library = await getCiphersuiteImpl(
  getCiphersuiteFromName("MLS_256_XWING_AES256GCM_SHA512_Ed25519"),
);

for (const length of [0, 1, 64, 111, 112, 128, 129, 1_000]) {
  test(`hashes ${length} bytes to what the library does`, async () => {
    const suite = await loadSuite();
    const [key, data] = [randomBytes(64), randomBytes(length)];
    assert.deepEqual(await suite.hash.digest(data), await library.hash.digest(data));
    const mac = await suite.hash.mac(key, data);
    assert.deepEqual(mac, await library.hash.mac(key, data));
    assert.equal(await suite.hash.verifyMac(key, mac, data), true);
    assert.equal(await suite.hash.verifyMac(randomBytes(64), mac, data), false);
    for (const salt of [key, new Uint8Array()]) {
      assert.deepEqual(await suite.kdf.extract(salt, data), await library.kdf.extract(salt, data));
    }
    for (const size of [12, 32, 64, 200]) {
      const expanded = await suite.kdf.expand(key, data, size);
      assert.deepEqual(expanded, await library.kdf.expand(key, data, size));
    }
    assert.equal(suite.kdf.size, library.kdf.size);
  });
}
