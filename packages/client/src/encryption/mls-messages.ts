// MLS messages as bytes, and the library's faults as refusals of this room.
import type { MLSMessage, MlsMessageContent } from "ts-mls";
import { decodeMlsMessage, encodeMlsMessage } from "ts-mls/message.js";
import { EncryptionRefused, type RefusalReason } from "./encryption.ts";

export function encode(message: MlsMessageContent): Uint8Array<ArrayBuffer> {
  return new Uint8Array(encodeMlsMessage({ ...message, version: "mls10" }));
}

/** Undefined where it is malformed. */
export function decode(bytes: Uint8Array): MLSMessage | undefined {
  try {
    const decoded = decodeMlsMessage(bytes, 0);
    // Bytes behind the message would be a second, hidden one.
    return decoded && decoded[1] === bytes.length ? decoded[0] : undefined;
  } catch {
    return undefined;
  }
}

/** A step whose faults are of this reason, where they are not refusals already. */
export async function refusing<T>(reason: RefusalReason, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof EncryptionRefused) throw cause;
    throw new EncryptionRefused(reason, cause);
  }
}
