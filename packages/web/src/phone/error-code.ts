// What went wrong, in the words of the error table.
import { AssentError, type ErrorCode } from "@assent/protocol";

export function codeOf(error: unknown): ErrorCode {
  return error instanceof AssentError ? error.code : "internal";
}
