// Errors on the wire: each of the table arrives as itself, and nothing but code and wait travels.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ErrorDetailSchema } from "./contract.ts";
import { AssentError, type ErrorCode, errorTable } from "./errors.ts";
import { errorDetail, errorOfDetail } from "./wire-errors.ts";

test("every error of the table arrives as itself", () => {
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
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

test("the cause stays where it is", () => {
  const detail = errorDetail(new AssentError("internal", { cause: new Error("+4915123456789") }));
  assert.deepEqual({ ...detail }, { ...create(ErrorDetailSchema, { code: "internal" }) });
});

test("a code this side has never heard of is internal", () => {
  for (const code of ["", "from_the_future", "toString"]) {
    const detail = create(ErrorDetailSchema, { code, retryAfterSeconds: 5 });
    assert.equal(errorOfDetail(detail, undefined).code, "internal");
    assert.equal(errorOfDetail(detail, undefined).retryAfterSeconds, 5);
  }
});
