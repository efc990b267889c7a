// For tests only: a put as it comes in a frame, said by what is in it.
import type { AddressKind, StoredPut } from "../../mailbox/batched-store.ts";

export interface PutForTests {
  readonly mailboxId: Uint8Array;
  readonly generation: number;
  readonly serial: Uint8Array;
  readonly kind: AddressKind;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  readonly now: number;
  readonly limit: StoredPut["limit"];
  readonly handsOut: boolean;
}

/** For a log alone, which is told the mailbox beside it. */
export function putOf(put: PutForTests): StoredPut {
  const { mailboxId, generation, serial, kind, envelopeId, body, now, limit, handsOut } = put;
  return {
    address: { mailbox: { mailboxId }, generation, serial, kind },
    // As behind other fields.
    bytes: Buffer.concat([Buffer.from("frame"), envelopeId, Buffer.from("body"), body]),
    envelopeIdAt: 5,
    bodyAt: 5 + envelopeId.length + 4,
    bodyLength: body.length,
    quiet: false,
    now,
    limit,
    handsOut,
    after: -1,
  };
}
