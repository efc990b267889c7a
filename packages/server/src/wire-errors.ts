// The one place where an error becomes an answer: those of the table with their code, any other as a bare
// `internal`, logged without its message.
import { AssentError, type ErrorCode, ErrorDetailSchema, errorDetail } from "@assent/protocol";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Log } from "./log.ts";

// Connect's own codes are coarse; clients go by the detail. Those not named here are FailedPrecondition.
const connectCodes: Partial<Record<ErrorCode, Code>> = {
  request_invalid: Code.InvalidArgument,
  number_invalid: Code.InvalidArgument,
  number_refused: Code.InvalidArgument,
  request_too_large: Code.ResourceExhausted,
  rate_limited: Code.ResourceExhausted,
  lookups_used_up: Code.ResourceExhausted,
  mailbox_full: Code.ResourceExhausted,
  unauthenticated: Code.Unauthenticated,
  signed_out: Code.Unauthenticated,
  gone: Code.NotFound,
  sms_failed: Code.Unavailable,
  internal: Code.Internal,
};

export function wireErrors(log: Log): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      throw toConnectError(error, log);
    }
  };
}

function toConnectError(error: unknown, log: Log): ConnectError {
  if (error instanceof ConnectError) return error;
  if (!(error instanceof AssentError)) log.error("a request failed", error);
  const known = error instanceof AssentError ? error : new AssentError("internal");
  const connectError = new ConnectError(
    known.message,
    connectCodes[known.code] ?? Code.FailedPrecondition,
  );
  connectError.details = [{ desc: ErrorDetailSchema, value: errorDetail(known) }];
  return connectError;
}
