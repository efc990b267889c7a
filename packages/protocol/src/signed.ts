// Statements that somebody signs: encoded once, signed under a label, and read back only where the signature holds.
import type { Message } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { type Signed, SignedSchema } from "./contract.ts";
import type { Label } from "./hashing.ts";
import { sign, verify } from "./signing.ts";

/** What a `Signed` of the contract holds; whoever keeps one elsewhere need not keep the message. */
export type SignedBytes = Pick<Signed, "encoded" | "signature">;

/** Encodes a statement and signs what it encoded to. */
export async function signStatement<T extends Message>(
  privateKey: Uint8Array,
  label: Label,
  schema: GenMessage<T>,
  statement: T,
): Promise<Signed> {
  const encoded = toBinary(schema, statement);
  return create(SignedSchema, { encoded, signature: await sign(privateKey, label, encoded) });
}

/** The statement, where it can be read and the key that `keyOf` finds signed it; otherwise undefined. */
export async function openStatement<T extends Message>(
  label: Label,
  schema: GenMessage<T>,
  { encoded, signature }: SignedBytes,
  keyOf: (statement: T) => Uint8Array,
): Promise<T | undefined> {
  let statement: T;
  try {
    statement = fromBinary(schema, encoded);
  } catch {
    return undefined;
  }
  return (await verify(keyOf(statement), label, encoded, signature)) ? statement : undefined;
}
