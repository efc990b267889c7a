// What a mailbox request is refused with, on either socket: a code of the error table that may cross the wire.
import { AssentError, isWireErrorCode, type WireErrorCode } from "@assent/protocol";

/** @param unknownError is told of what is no refusal by a rule: that is answered with a bare `internal`. */
export function refusalOf(error: unknown, unknownError: (error: unknown) => void): WireErrorCode {
  if (error instanceof AssentError && isWireErrorCode(error.code)) return error.code;
  unknownError(error);
  return "internal";
}
