// What a service answered a call with, in the words of the error table.
import { AssentError, type ErrorCode, ErrorDetailSchema, errorOfDetail } from "@assent/protocol";
import { ConnectError } from "@connectrpc/connect";

/** The code of the error table that a call is refused with; "accepted" where it is not. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | "accepted"> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    return refusalIn(error).code;
  }
}

/** The refusal that a call ended with; throws what is none. */
export function refusalIn(error: unknown): AssentError {
  if (error instanceof AssentError) return error;
  const [detail] = error instanceof ConnectError ? error.findDetails(ErrorDetailSchema) : [];
  if (!detail) throw error;
  return errorOfDetail(detail, error);
}
