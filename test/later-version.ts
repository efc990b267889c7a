// A client whose contents have what no version of the contract has: what a later one might send, and one that reads it.
import { type Encryption, loadMls } from "@assent/client/node";
import { type Content, ContentSchema, concat } from "@assent/protocol";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Understanding, understanding } from "../packages/client/src/content/understanding.ts";
import { changedEncryption } from "./memory-phone.ts";

// Field 90, three bytes: no version of the contract has it.
export const unknownField = Uint8Array.of(0xd2, 0x05, 3, 1, 2, 3);

/** Reads that field as a text, beside what is understood today. */
export const laterUnderstanding: Understanding = {
  version: understanding.version + 1,
  read: (content) =>
    content.$unknown?.some(({ no }) => no === 90)
      ? { kind: "text", text: "a map: 1, 2, 3" }
      : understanding.read(content),
};

/** Says more in each text than this version sends, in fields that the contract has. */
export async function said(fields: Partial<Content>): Promise<Encryption> {
  const mls = await loadMls();
  return changedEncryption(mls, {
    encrypt: (state, encoded) => {
      const content = fromBinary(ContentSchema, encoded);
      // Receipts stay what they are.
      if (content.body.case !== "text") return mls.encrypt(state, encoded);
      return mls.encrypt(state, toBinary(ContentSchema, { ...content, ...fields }));
    },
  });
}

/**
 * Says something that only a later version understands, in place of each text.
 * @param sent gets each content as it was sent.
 */
export async function laterVersion(
  fields: Partial<Content>,
  sent: Uint8Array[] = [],
): Promise<Encryption> {
  const mls = await loadMls();
  return changedEncryption(mls, {
    encrypt: (state, encoded) => {
      const content = fromBinary(ContentSchema, encoded);
      const known = { ...content, body: { case: undefined }, ...fields } as Content;
      const later = concat(toBinary(ContentSchema, known), unknownField);
      sent.push(later);
      return mls.encrypt(state, later);
    },
  });
}
