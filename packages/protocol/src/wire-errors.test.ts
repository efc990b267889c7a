// Errors on the wire: each of the table arrives as itself, and nothing but code and wait travels.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorDetailSchema } from "./contract.ts";
import {
  AssentError,
  commandErrors,
  deviceErrors,
  type ErrorCode,
  type WireErrorCode,
  wireErrors,
} from "./errors.ts";
import { errorDetail, errorOfCode, errorOfDetail } from "./wire-errors.ts";

test("every error of the wire arrives as itself", () => {
  for (const code of Object.keys(wireErrors) as WireErrorCode[]) {
    for (const options of [{}, { retryAfterSeconds: 60 }]) {
      const sent = new AssentError(code, options);
      const bytes = toBinary(ErrorDetailSchema, errorDetail(sent));
      const arrived = errorOfDetail(fromBinary(ErrorDetailSchema, bytes), "cause");
      assert.equal(arrived.code, code);
      assert.equal(arrived.retryAfterSeconds, sent.retryAfterSeconds);
      assert.equal(arrived.cause, "cause");
    }
  }
});

test("the work that is asked for arrives with the error that asks for it, and with no other", () => {
  const work = { challenge: new Uint8Array([1, 2, 3]), bits: 12 };
  const bytes = toBinary(
    ErrorDetailSchema,
    errorDetail(new AssentError("work_required", { work })),
  );
  const detail = fromBinary(ErrorDetailSchema, bytes);
  const arrived = errorOfDetail(detail, "cause").work;
  assert.deepEqual({ ...arrived, $typeName: undefined }, { ...work, $typeName: undefined });
  assert.equal(errorOfDetail({ ...detail, code: "busy" }, "cause").work, undefined);
});

test("the cause stays where it is", () => {
  const detail = errorDetail(new AssentError("internal", { cause: new Error("+4915123456789") }));
  assert.deepEqual({ ...detail }, { ...create(ErrorDetailSchema, { code: "internal" }) });
});

test("a code that no service may say, or nobody here has heard of, is internal and tried again later", () => {
  const unknown = ["", "from_the_future", "toString", "__proto__"];
  const notOfTheWire = [...Object.keys(deviceErrors), ...Object.keys(commandErrors)];
  for (const code of [...unknown, ...notOfTheWire]) {
    const detail = create(ErrorDetailSchema, { code, retryAfterSeconds: 5 });
    for (const arrived of [errorOfDetail(detail, "cause"), errorOfCode(code, 5, "cause")]) {
      assert.equal(arrived.code, "internal", code);
      assert.equal(arrived.retry, "later");
      assert.equal(arrived.retryAfterSeconds, 5);
      assert.equal(arrived.cause, "cause");
    }
  }
});

test("an error of a device that is sent by mistake says nothing but that something went wrong", () => {
  const code: ErrorCode = "profile_unreadable";
  assert.equal(errorOfDetail(errorDetail(new AssentError(code)), undefined).code, "internal");
});

test("a code alone is its error, without a wait and without a cause", () => {
  const error = errorOfCode("gone");
  assert.equal(error.code, "gone");
  assert.equal(error.retryAfterSeconds, undefined);
  assert.ok(!("cause" in error));
});
