// Envelopes: round trips, exact lengths, and bodies that must not open.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, equals, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { aeadTagLength, encrypt } from "./aead.ts";
import { concat, hex, uint32 } from "./bytes.ts";
import { ContentSchema, type EnvelopeContent, EnvelopeContentSchema } from "./contract.ts";
import {
  type EnvelopeSeal,
  envelopeKeyLength,
  openEnvelope,
  sealEnvelope,
  sealOf,
} from "./envelope.ts";
import { deriveKey } from "./hashing.ts";
import { limits } from "./limits.ts";
import { pad, paddedLength } from "./padding.ts";
import { generateSealingKeyPair } from "./sealing.ts";

const envelopeKey = new Uint8Array(envelopeKeyLength).fill(5);
const deviceKeys = await generateSealingKeyPair();
const addressOverhead = 1 + 32 + aeadTagLength;
const lengths = [0, 1, 300, 440, 470, 900, 1000, 2000, 3000, 5000, 16_300, 17_000, 100_000];

const seals: { how: EnvelopeSeal; opensWith: Uint8Array; overhead: number }[] = [
  {
    how: { kind: "address", envelopeKey },
    opensWith: envelopeKey,
    overhead: addressOverhead,
  },
  {
    how: { kind: "device", sealingKey: deviceKeys.publicKey },
    opensWith: deviceKeys.privateKey,
    overhead: 1 + 1120 + 16,
  },
];

for (const { how, opensWith, overhead } of seals) {
  describe(`an envelope sealed to ${how.kind === "device" ? "a device" : "an address"}`, () => {
    test("opens as what went in, says its seal, and has exactly a padded length", async () => {
      for (const length of lengths) {
        const content = contentOf(length);
        const body = await sealEnvelope(how, content);
        assert.equal(body.length, paddedLength(body.length), `${length}`);
        const encoded = toBinary(EnvelopeContentSchema, content);
        assert.equal(
          body.length,
          paddedLength(overhead + 4 + encoded.length),
          "not a step too many",
        );
        assert.equal(sealOf(body), how.kind);
        const opened = await openEnvelope(opensWith, body);
        assert.ok(opened && equals(EnvelopeContentSchema, opened, content), `${length}`);
      }
    });

    test("is never the same bytes twice", async () => {
      const bodies = await Promise.all([1, 2].map(() => sealEnvelope(how, contentOf(20))));
      assert.notDeepEqual(bodies[0], bodies[1]);
      assert.notDeepEqual(bodies[0]?.subarray(1, 33), bodies[1]?.subarray(1, 33));
    });

    test("does not show what is inside", async () => {
      const body = hex(await sealEnvelope(how, contentOf(200)));
      assert.ok(hex(toBinary(EnvelopeContentSchema, contentOf(200))).includes("07".repeat(8)));
      assert.ok(!body.includes("07".repeat(8)));
    });

    test("does not open with another key", async () => {
      const body = await sealEnvelope(how, contentOf(20));
      const others = [
        new Uint8Array(32),
        (await generateSealingKeyPair()).privateKey,
        how.kind === "device" ? envelopeKey : deviceKeys.privateKey,
      ];
      for (const key of others) assert.equal(await openEnvelope(key, body), undefined);
      assert.ok(await openEnvelope(opensWith, body), "the control opens");
    });

    test("does not open with any region turned", async () => {
      const body = await sealEnvelope(how, contentOf(20));
      const content = 1 + (how.kind === "device" ? 1120 : 32);
      const places = [0, 1, 16, content - 1, content, content + 3, content + 4, content + 24];
      for (const index of [...places, body.length - 17, body.length - 16, body.length - 1]) {
        const turned = body.slice();
        turned[index] = (turned[index] as number) ^ 1;
        assert.equal(await openEnvelope(opensWith, turned), undefined, `byte ${index}`);
      }
    });

    test("does not open cut off, or with a byte more", async () => {
      const body = await sealEnvelope(how, contentOf(20));
      for (const length of [0, 1, 2, 32, 33, 48, 49, 50, 1120, 1121, 1136, 1137, body.length - 1]) {
        if (length >= body.length) continue;
        assert.equal(
          await openEnvelope(opensWith, body.subarray(0, length)),
          undefined,
          `${length}`,
        );
      }
      assert.equal(await openEnvelope(opensWith, concat(body, Uint8Array.of(0))), undefined);
    });

    test("does not open where its first byte names the other seal, or none", async () => {
      const body = await sealEnvelope(how, contentOf(20));
      for (const first of [0, how.kind === "device" ? 2 : 1, 3, 255]) {
        body[0] = first;
        assert.equal(await openEnvelope(opensWith, body), undefined, `${first}`);
      }
    });
  });
}

describe("an envelope whose seal is right", () => {
  test("does not open where its padding is wrong", async () => {
    const encoded = toBinary(EnvelopeContentSchema, contentOf(20));
    const padded = pad(encoded, addressOverhead);
    assert.ok(await openEnvelope(envelopeKey, await addressSealed(padded)), "the control opens");
    const hidden = padded.slice();
    hidden[hidden.length - 1] = 1;
    const tooLong = padded.slice();
    tooLong.fill(255, 0, 4);
    for (const wrong of [hidden, tooLong, new Uint8Array(3), new Uint8Array()]) {
      assert.equal(await openEnvelope(envelopeKey, await addressSealed(wrong)), undefined);
    }
  });

  test("does not open in any other than a padded length", async () => {
    const encoded = toBinary(EnvelopeContentSchema, contentOf(20));
    for (const length of [100, 511, 512, 513, 768, 1_023, 1_024, 8_192, 16_384, 24_576, 32_768]) {
      const padded = new Uint8Array(length - addressOverhead);
      padded.set(uint32(encoded.length));
      padded.set(encoded, 4);
      const body = await addressSealed(padded);
      assert.equal(body.length, length);
      const opens = [512, 1_024, 16_384, 32_768].includes(length);
      assert.equal((await openEnvelope(envelopeKey, body)) !== undefined, opens, `${length}`);
    }
  });

  test("does not open where what it holds is no message", async () => {
    const body = await addressSealed(pad(Uint8Array.of(10, 200, 1, 1), addressOverhead));
    assert.equal(await openEnvelope(envelopeKey, body), undefined);
  });
});

test("the seal of what is no body of ours is none", () => {
  for (const body of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(3, 1, 2)]) {
    assert.equal(sealOf(body), undefined);
  }
});

test("what is sealed to an address opens as what went in, whatever that is", async () => {
  const bytes = fc.uint8Array({ maxLength: 3_000 });
  const contents = fc.oneof(
    bytes.map((value) => ({ case: "groupMessage", value }) as const),
    bytes.map((groupId) => ({ case: "groupLost", value: { groupId } }) as const),
    fc
      .tuple(bytes, fc.array(bytes, { maxLength: 3 }))
      .map(
        ([welcome, groupMessages]) =>
          ({ case: "firstContact", value: { welcome, groupMessages } }) as const,
      ),
  );
  await fc.assert(
    fc.asyncProperty(contents, async (content) => {
      const message = create(EnvelopeContentSchema, { content });
      const body = await sealEnvelope({ kind: "address", envelopeKey }, message);
      const opened = await openEnvelope(envelopeKey, body);
      assert.ok(opened && equals(EnvelopeContentSchema, opened, message));
      assert.equal(await openEnvelope(envelopeKey, body.subarray(0, -1)), undefined);
    }),
    { seed: 512, numRuns: 60 },
  );
});

test("the longest text fits an envelope", async () => {
  const text = create(ContentSchema, {
    body: { case: "text", value: { text: "x".repeat(limits.textBytes) } },
  });
  const content = contentOf(toBinary(ContentSchema, text).length + 4096);
  const body = await sealEnvelope({ kind: "address", envelopeKey }, content);
  assert.ok(body.length <= limits.envelopeBytes);
});

function contentOf(length: number): EnvelopeContent {
  const value = new Uint8Array(length).fill(7);
  return create(EnvelopeContentSchema, { content: { case: "groupMessage", value } });
}

/** An address seal around any bytes, as someone would make it who knows the envelope key and means harm. */
async function addressSealed(padded: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const salt = new Uint8Array(32).fill(9);
  const keys = deriveKey(envelopeKey, "envelope key", 44, salt);
  const ciphertext = await encrypt(keys.subarray(0, 32), keys.subarray(32), padded);
  return concat(Uint8Array.of(2), salt, ciphertext);
}
