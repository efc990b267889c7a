// How an error of the table travels in a Connect answer: as its details, beside Connect's own coarse code.
import { create } from "@bufbuild/protobuf";
import { type ErrorDetail, ErrorDetailSchema } from "./contract.ts";
import { AssentError, isWireErrorCode } from "./errors.ts";

/** The detail that names an error of the table. */
export function errorDetail(error: AssentError): ErrorDetail {
  return create(ErrorDetailSchema, {
    code: error.code,
    retryAfterSeconds: error.retryAfterSeconds ?? 0,
  });
}

/** The error a detail names. */
export function errorOfDetail(detail: ErrorDetail, cause: unknown): AssentError {
  return errorOfCode(detail.code, detail.retryAfterSeconds, cause);
}

/**
 * The error of a code that a service sent. One that no service may send, or that this client has never heard of, is
 * `internal`: whatever it means, it is tried again later.
 */
export function errorOfCode(code: string, retryAfterSeconds = 0, cause?: unknown): AssentError {
  return new AssentError(isWireErrorCode(code) ? code : "internal", {
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
  });
}
