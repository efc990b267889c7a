// How an account ended that this device was signed out of: what the service states, once it was checked.
import {
  AccountEndingSchema,
  EndingReason,
  equalBytes,
  openAccountEnding,
  type Signed,
  SignedSchema,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { decodeStored, type Ending, EndingSchema } from "../store/records.ts";
import type { Self } from "./self.ts";

export interface AccountEnded {
  /** `other` is one that this version does not know. */
  readonly reason: "left" | "left-by-number" | "taken-over" | "other";
  readonly at: Date;
}

/** The service's statement as it is stored; undefined where it is not the cell's, or of another account. */
export async function checkedEnding(
  { cell, device }: Self,
  statement: { readonly ending: Signed; readonly certificate: Signed },
): Promise<Ending | undefined> {
  const ending = await openAccountEnding(cell.id, statement);
  if (!ending || !equalBytes(ending.accountId, device.accountId)) return undefined;
  return create(EndingSchema, {
    endingEncoded: toBinary(SignedSchema, statement.ending),
    certificateEncoded: toBinary(SignedSchema, statement.certificate),
  });
}

export function endingOf(stored: Ending): AccountEnded {
  const { encoded } = decodeStored(SignedSchema, stored.endingEncoded);
  const { reason, endedAtMs } = decodeStored(AccountEndingSchema, encoded);
  return { reason: reasonWords[reason] ?? "other", at: new Date(Number(endedAtMs)) };
}

const reasonWords: Readonly<Record<number, AccountEnded["reason"]>> = {
  [EndingReason.LEFT]: "left",
  [EndingReason.LEFT_BY_NUMBER]: "left-by-number",
  [EndingReason.TAKEN_OVER]: "taken-over",
};
