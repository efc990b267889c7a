// How an error of the table travels in a Connect answer: as its details, beside Connect's own coarse code.
import { create } from "@bufbuild/protobuf";
import { type ErrorDetail, ErrorDetailSchema } from "./contract.ts";
import { AssentError, isErrorCode } from "./errors.ts";

/** The detail that names an error of the table. */
export function errorDetail(error: AssentError): ErrorDetail {
  return create(ErrorDetailSchema, {
    code: error.code,
    retryAfterSeconds: error.retryAfterSeconds ?? 0,
  });
}

/** The error a detail names; one this client has never heard of is `internal`. */
export function errorOfDetail(detail: ErrorDetail, cause: unknown): AssentError {
  const code = isErrorCode(detail.code) ? detail.code : "internal";
  return new AssentError(code, {
    cause,
    ...(detail.retryAfterSeconds > 0 ? { retryAfterSeconds: detail.retryAfterSeconds } : {}),
  });
}
