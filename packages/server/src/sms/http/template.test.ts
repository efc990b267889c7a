// Templates that operators write: what is well formed is read, and the rest is refused with the place that is wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fill, readTemplate, type TemplateValue } from "./template.ts";

const least = { authorization: "basic", body: "json", fields: { text: "{text}" } };
const webhook = {
  signature: "hmac-sha256-body-time",
  event: "type",
  delivered: ["ok"],
  key: "ref",
};

const known = {
  to: "+4915123456789",
  digits: "4915123456789",
  from: undefined,
  text: '"{to}" & \\',
  key: "a1",
  seconds: "600",
  webhook: undefined,
};

test("what is left out is as it is most often", () => {
  assert.deepEqual(readTemplate(JSON.stringify(least)), {
    ...least,
    isRepeatable: false,
    id: "",
    webhook: undefined,
  });
  assert.deepEqual(readTemplate(JSON.stringify({ ...least, repeatable: true, webhook })).webhook, {
    ...webhook,
    failed: [],
    received: [],
    from: "",
    text: "",
    name: "",
  });
});

test("what is wrong is named", () => {
  for (const [template, place] of [
    [undefined, "it"],
    [[], "it"],
    [{ ...least, authorization: 7 }, "authorization"],
    [{ ...least, authorization: "X: y\r\n" }, "authorization"],
    [{ ...least, body: "xml" }, "body"],
    [{ ...least, fields: undefined }, "fields"],
    [
      { ...least, fields: { a: "{text} {password}" } },
      "fields, where {password} is nothing to fill in,",
    ],
    [{ ...least, fields: { a: "{to}" } }, "fields, where {text} is missing,"],
    [{ ...least, repeatable: "yes" }, "repeatable"],
    [{ ...least, id: 1 }, "id"],
    [{ ...least, webhook: "yes" }, "webhook"],
    [{ ...least, webhook: { ...webhook, signature: "none" } }, "webhook.signature"],
    [{ ...least, webhook: { ...webhook, failed: "no" } }, "webhook.failed"],
    [{ ...least, webhook: { ...webhook, failed: [1] } }, "webhook.failed"],
    [{ ...least, webhook: { ...webhook, key: 1 } }, "webhook.key"],
  ] as const) {
    assert.throws(() => readTemplate(JSON.stringify(template) ?? ""), {
      name: "ConfigError",
      message: `The template of an SMS provider: ${place} is not as docs/sms.md says.`,
    });
  }
});

test("fields are filled in, never twice, and left out where something is not known", () => {
  const template: TemplateValue = {
    text: "{text}",
    list: ["{to}", "{from}", 7, true],
    ttl: "{seconds}",
    said: "{seconds} s",
    sender: "{from}",
    hook: "{webhook}?sms={key}",
  };
  assert.deepEqual(fill(template, known), {
    text: known.text,
    list: [known.to, 7, true],
    ttl: 600,
    said: "600 s",
  });
});
