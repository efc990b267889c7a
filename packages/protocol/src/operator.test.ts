// What may be said of whoever runs a cell: as much as fits, and nothing that shows as something else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { OperatorSchema } from "./contract.ts";
import { isFitForOperator, isFitOperator, type OperatorField } from "./operator.ts";

const fields: readonly OperatorField[] = ["name", "imprint", "policySupplement"];

test("characters are counted of a name and an imprint, and bytes of what stands beside the policy", () => {
  const longest: readonly [OperatorField, string][] = [
    ["name", "\u{1f426}".repeat(60)],
    ["imprint", "ü".repeat(500)],
    ["policySupplement", "ü".repeat(4_096)],
  ];
  for (const [field, text] of longest) {
    assert.ok(isFitForOperator(field, text), field);
    assert.ok(!isFitForOperator(field, `${text}a`), field);
    assert.ok(isFitForOperator(field, ""), field);
  }
});

test("a name is one line; the others may have several", () => {
  const fit = fields.filter((field) => isFitForOperator(field, "one\ntwo"));
  assert.deepEqual(fit, ["imprint", "policySupplement"]);
});

test("control characters and what turns text round are nowhere, and letters of every script may be", () => {
  for (const field of fields) {
    for (const unfit of ["\0", "\t", "\r", "\u001b[2J", "\u0085", "\u061c", "\u200e", "\u200f"]) {
      assert.ok(!isFitForOperator(field, `a${unfit}b`), field);
    }
    for (const unfit of ["\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"]) {
      assert.ok(!isFitForOperator(field, `a${unfit}b`), field);
    }
    for (const fit of ["خدمة", "می\u200cخواهم", "服务", "👩‍👩‍👧", "<b>"]) {
      assert.ok(isFitForOperator(field, fit), field);
    }
  }
});

test("an operator is fit where all of it is", () => {
  assert.ok(isFitOperator(create(OperatorSchema, {})));
  for (const field of fields) {
    assert.ok(isFitOperator(create(OperatorSchema, { [field]: "a" })));
    assert.ok(!isFitOperator(create(OperatorSchema, { [field]: "\u202e" })));
  }
});
