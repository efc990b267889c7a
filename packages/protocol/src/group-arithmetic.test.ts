// Two arithmetics, one group: whatever is computed over noble and over libsodium comes out as the same bytes.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hex, utf8 } from "./bytes.ts";
import { loadFastVoprf } from "./fast-voprf.ts";
import * as slow from "./voprf.ts";

const fast = await loadFastVoprf();

test("what is blinded, evaluated and finalized over both is the same", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, bytes, (seed, input) => {
      const blind = slow.deriveVoprfKeyPair(seed, utf8("blind")).privateKey;
      const random = slow.deriveVoprfKeyPair(seed, utf8("random")).privateKey;
      const [one, other] = [slow, fast].map((voprf) => {
        const keys = voprf.deriveVoprfKeyPair(seed, utf8("key"));
        const blinded = voprf.blindInput(input, blind);
        const evaluation = voprf.evaluateBatch(keys, [blinded.blindedElement], random);
        const [output] = voprf.finalizeBatch(keys.publicKey, [blinded], evaluation);
        return [keys.publicKey, blinded.blindedElement, evaluation.proof, output ?? input].map(hex);
      });
      assert.deepEqual(one, other);
    }),
    { seed: 9496, numRuns: 20 },
  );
});
