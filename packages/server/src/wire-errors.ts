// The one place where an error of a unary call becomes an answer: those of the contract with their code, any other as a
// bare `internal`, which is told of here and not there.
import {
  AssentError,
  ErrorDetailSchema,
  errorDetail,
  isWireErrorCode,
  type WireErrorCode,
} from "@assent/protocol";
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  type Interceptor,
} from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  errorFromJsonBytes,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";

export interface Refusals {
  /** Hears of what nobody expected. */
  readonly unexpected: (error: unknown) => void;
  /** Hears of each refusal that is answered. */
  readonly refused: (code: WireErrorCode) => void;
}

// Connect's own codes are coarse; clients go by the detail. Those not named here are FailedPrecondition.
const connectCodes: Partial<Record<WireErrorCode, Code>> = {
  request_invalid: Code.InvalidArgument,
  request_compressed: Code.InvalidArgument,
  number_invalid: Code.InvalidArgument,
  number_refused: Code.InvalidArgument,
  request_too_large: Code.ResourceExhausted,
  rate_limited: Code.ResourceExhausted,
  work_required: Code.ResourceExhausted,
  lookups_used_up: Code.ResourceExhausted,
  mailbox_full: Code.ResourceExhausted,
  unauthenticated: Code.Unauthenticated,
  signed_out: Code.Unauthenticated,
  gone: Code.NotFound,
  registration_closed: Code.PermissionDenied,
  invitation_needed: Code.PermissionDenied,
  invitation_invalid: Code.PermissionDenied,
  sms_failed: Code.Unavailable,
  busy: Code.Unavailable,
  internal: Code.Internal,
};

// Of what Connect refuses before a rule sees it. It says Internal of bytes that are no message, InvalidArgument of JSON.
const refusalCodes: Partial<Record<Code, WireErrorCode>> = {
  [Code.Internal]: "request_invalid",
  [Code.InvalidArgument]: "request_invalid",
  [Code.ResourceExhausted]: "request_too_large",
};

const wasRead = createContextKey(false, { description: "the request was a message" });

/** What is answered in place of an error. */
function wireErrorOf(error: unknown, { unexpected, refused }: Refusals): AssentError {
  if (error instanceof AssentError && isWireErrorCode(error.code)) {
    refused(error.code);
    return error;
  }
  unexpected(error);
  refused("internal");
  return new AssentError("internal");
}

/** Of unary calls. */
export function answeringErrors(refusals: Refusals): Interceptor {
  return (next) => async (request) => {
    request.contextValues.set(wasRead, true);
    try {
      return await next(request);
    } catch (error) {
      if (error instanceof ConnectError) throw error;
      throw connectErrorOf(wireErrorOf(error, refusals));
    }
  };
}

function connectErrorOf(known: AssentError): ConnectError {
  const code = isWireErrorCode(known.code) ? connectCodes[known.code] : undefined;
  const connectError = new ConnectError(known.message, code ?? Code.FailedPrecondition);
  connectError.details = [{ desc: ErrorDetailSchema, value: errorDetail(known) }];
  return connectError;
}

export interface HttpRefusal {
  readonly status: number;
  /** JSON. */
  readonly body: Buffer;
}

/** As Connect would answer it, for what is refused before Connect sees it. Made once for each error that says no time. */
export function createHttpRefusals(): (known: AssentError) => HttpRefusal {
  const made = new Map<string, HttpRefusal>();

  function make(known: AssentError): HttpRefusal {
    const connectError = connectErrorOf(known);
    const body = Buffer.from(errorToJsonBytes(connectError, undefined));
    return { status: codeToHttpStatus(connectError.code), body };
  }

  return (known) => {
    if (known.retryAfterSeconds !== undefined) return make(known);
    const refusal = made.get(known.code) ?? make(known);
    made.set(known.code, refusal);
    return refusal;
  };
}

/** What Connect refuses by itself, such as bytes that are no message, is named by a code of the contract too. */
export function namingItsRefusals(
  handler: UniversalHandler,
  { refused }: Pick<Refusals, "refused">,
): UniversalHandler {
  const refuse = (answer: Partial<UniversalServerResponse>, code: WireErrorCode) => {
    refused(code);
    return refusal(answer, new AssentError(code));
  };
  const naming = async (request: UniversalServerRequest): Promise<UniversalServerResponse> => {
    if (isCompressed(request.header)) return refuse({}, "request_compressed");
    const contextValues = request.contextValues ?? createContextValues();
    const answer = await handler({ ...request, contextValues });
    return withItsCode(answer, contextValues.get(wasRead), refuse);
  };
  return Object.assign(naming, handler);
}

function isCompressed(header: Headers): boolean {
  const encoding = header.get("content-encoding") ?? "identity";
  return encoding.trim().toLowerCase() !== "identity";
}

async function withItsCode(
  answer: UniversalServerResponse,
  isFromRules: boolean,
  refuse: (
    answer: Partial<UniversalServerResponse>,
    code: WireErrorCode,
  ) => UniversalServerResponse,
): Promise<UniversalServerResponse> {
  if (answer.status === 200 || !answer.body) return answer;
  const parts: Uint8Array[] = [];
  for await (const part of answer.body) parts.push(part);
  const body = Buffer.concat(parts);
  const given = errorFromJsonBytes(body, undefined, new ConnectError("", Code.Internal));
  const isNamed = given.findDetails(ErrorDetailSchema).length > 0;
  if (isNamed) return { ...answer, body: createAsyncIterable([body]) };
  // Its own words may quote the request.
  const code = isFromRules ? undefined : refusalCodes[given.code];
  return refuse(answer, code ?? "internal");
}

function refusal(
  { header: given, trailer }: Partial<UniversalServerResponse>,
  known: AssentError,
): UniversalServerResponse {
  const connectError = connectErrorOf(known);
  const body = errorToJsonBytes(connectError, undefined);
  const header = new Headers(given);
  header.set("content-type", "application/json");
  header.set("content-length", String(body.length));
  return {
    status: codeToHttpStatus(connectError.code),
    header,
    body: createAsyncIterable([body]),
    ...(trailer ? { trailer } : {}),
  };
}
