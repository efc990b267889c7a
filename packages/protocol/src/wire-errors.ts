// How an error of the table travels in a Connect answer: as its details, beside Connect's own coarse code.
import { create } from "@bufbuild/protobuf";
import { type ErrorDetail, ErrorDetailSchema } from "./contract.ts";
import { AssentError, isWireErrorCode } from "./errors.ts";
import type { RequiredWork } from "./work.ts";

/** The detail that names an error of the table. */
export function errorDetail(error: AssentError): ErrorDetail {
  return create(ErrorDetailSchema, {
    code: error.code,
    retryAfterSeconds: error.retryAfterSeconds ?? 0,
    ...(error.work && { work: asked(error.work) }),
  });
}

function asked({ challenge, bits }: RequiredWork) {
  return { challenge: new Uint8Array(challenge), bits };
}

/** The error a detail names. */
export function errorOfDetail(detail: ErrorDetail, cause: unknown): AssentError {
  return errorOfCode(detail.code, detail.retryAfterSeconds, cause, detail.work);
}

/**
 * The error of a code that a service sent. One that no service may send, or that this client has never heard of, is
 * `internal`: whatever it means, it is tried again later.
 */
export function errorOfCode(
  code: string,
  retryAfterSeconds = 0,
  cause?: unknown,
  work?: RequiredWork,
): AssentError {
  return new AssentError(isWireErrorCode(code) ? code : "internal", {
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
    ...(work && code === "work_required" ? { work } : {}),
  });
}
