// A session's secret, which the client alone keeps, and what is sealed under it: all that follows from the number. Whoever
// has the store, and not the secret, reads nothing of it, not even with the cell's keys.
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from "node:crypto";
import {
  bytesFromHex,
  type Claim,
  ClaimSchema,
  concat,
  type Evaluation,
  EvaluationSchema,
  hex,
  textFromUtf8,
  uint32,
  unpad,
  utf8,
  VerifyCodeResponseSchema,
} from "@assent/protocol";
import { create, fromBinary, fromJson, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import type { ProvedNumber } from "./signed-claim.ts";
import type { CountedPrefixes } from "./unproved-codes.ts";

export const sessionSecretLength = 32;

export interface SessionContent {
  /** Without serial and end. */
  readonly draft: Claim;
  readonly evaluation: Evaluation;
  /** As the never list has it. */
  readonly numberMac: Uint8Array;
  readonly prefixes: CountedPrefixes;
}

/** What the store knows a session by. */
export function sessionHashOf(secret: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update("session").update(secret).digest());
}

export function sealContent(
  secret: Uint8Array,
  nonce: Uint8Array,
  { draft, evaluation, numberMac, prefixes }: SessionContent,
): Uint8Array {
  const json = {
    draft: toJson(ClaimSchema, draft),
    evaluation: toJson(EvaluationSchema, evaluation),
    numberMac: hex(numberMac),
    prefixes,
  };
  return seal(secret, "content", nonce, utf8(JSON.stringify(json)));
}

/** @throws where it is not this session's: the store was changed by somebody else. */
export function openContent(secret: Uint8Array, sealed: Uint8Array): SessionContent {
  const json = JSON.parse(textFromUtf8(open(secret, "content", sealed))) as {
    draft: JsonValue;
    evaluation: JsonValue;
    numberMac: string;
    prefixes: CountedPrefixes;
  };
  return {
    draft: fromJson(ClaimSchema, json.draft),
    evaluation: fromJson(EvaluationSchema, json.evaluation),
    numberMac: bytesFromHex(json.numberMac),
    prefixes: json.prefixes,
  };
}

/**
 * What was answered once, to be answered again: also after a rotation, with the certificate it was signed under.
 * @param proved nothing where the number is to get no more codes
 */
export function sealProved(
  secret: Uint8Array,
  nonce: Uint8Array,
  proved: ProvedNumber | undefined,
): Uint8Array {
  const answer = create(VerifyCodeResponseSchema, proved ?? {});
  return seal(secret, "claim", nonce, toBinary(VerifyCodeResponseSchema, answer));
}

/** @throws as `openContent` */
export function openProved(secret: Uint8Array, sealed: Uint8Array): ProvedNumber {
  const answer = fromBinary(VerifyCodeResponseSchema, open(secret, "claim", sealed));
  const { claim, certificate, evaluation } = answer;
  if (!claim || !certificate || !evaluation) throw new TypeError("no proved number");
  return { claim, certificate, evaluation };
}

export const sealNonceLength = 12;
const tagLength = 16;
// All that is sealed has much less, or is of a cell with many former keys: no number makes a difference.
const paddingStep = 1_024;

// AES-256-GCM: nonce, ciphertext, tag.
function seal(
  secret: Uint8Array,
  part: "content" | "claim",
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret, part), nonce);
  const sealed = cipher.update(padded(plaintext));
  cipher.final();
  return concat(nonce, sealed, cipher.getAuthTag());
}

function open(secret: Uint8Array, part: "content" | "claim", sealed: Uint8Array): Uint8Array {
  const nonce = sealed.subarray(0, sealNonceLength);
  const decipher = createDecipheriv("aes-256-gcm", keyOf(secret, part), nonce, {
    authTagLength: tagLength,
  });
  decipher.setAuthTag(sealed.subarray(-tagLength));
  const opened = decipher.update(sealed.subarray(sealNonceLength, -tagLength));
  decipher.final();
  return unpad(new Uint8Array(opened));
}

/** After its length in 4 bytes, and before zeros. */
function padded(content: Uint8Array): Uint8Array {
  const steps = Math.ceil((4 + content.length) / paddingStep);
  const whole = new Uint8Array(steps * paddingStep);
  whole.set(uint32(content.length));
  whole.set(content, 4);
  return whole;
}

function keyOf(secret: Uint8Array, part: "content" | "claim"): Uint8Array {
  const info = `assent/v1 registration session ${part}`;
  return new Uint8Array(hkdfSync("sha512", secret, new Uint8Array(), info, 32));
}
