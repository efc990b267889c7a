// The one place where an error becomes an answer: those of the table with their code, any other as a bare
// `internal`, logged without its message.
import { AssentError, type ErrorCode, ErrorDetailSchema, errorDetail } from "@assent/protocol";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { errorFromJsonBytes, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
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

// Of errors that no rule raised. Connect says Internal of bytes that are no message, InvalidArgument of JSON.
const tableCodes: Partial<Record<Code, ErrorCode>> = {
  [Code.Internal]: "request_invalid",
  [Code.InvalidArgument]: "request_invalid",
  [Code.Unimplemented]: "request_invalid",
  [Code.ResourceExhausted]: "request_too_large",
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
  return wireErrorOf(error instanceof AssentError ? error : new AssentError("internal"));
}

function wireErrorOf(known: AssentError): ConnectError {
  const connectError = new ConnectError(
    known.message,
    connectCodes[known.code] ?? Code.FailedPrecondition,
  );
  connectError.details = [{ desc: ErrorDetailSchema, value: errorDetail(known) }];
  return connectError;
}

/** What Connect refuses by itself, such as bytes that are no message, names a code of the table too. */
export function namingItsRefusals(handler: UniversalHandler): UniversalHandler {
  const naming = async (request: Parameters<UniversalHandler>[0]) =>
    withTableCode(await handler(request));
  return Object.assign(naming, handler);
}

async function withTableCode(answer: UniversalServerResponse): Promise<UniversalServerResponse> {
  if (answer.status === 200 || !answer.body) return answer;
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  const given = Buffer.concat(parts);
  const refusal = errorFromJsonBytes(given, undefined, new ConnectError("", Code.Internal));
  const isNamed = refusal.findDetails(ErrorDetailSchema).length > 0;
  // Its own words may quote the request.
  const known = new AssentError(tableCodes[refusal.code] ?? "internal");
  const body = isNamed ? given : errorToJsonBytes(wireErrorOf(known), undefined);
  const header = new Headers(answer.header);
  header.set("content-length", String(body.length));
  return { ...answer, header, body: createAsyncIterable([body]) };
}
