// The file of routes: what is read of it, with secrets from the environment by the transports' names, and what is refused.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { tariffOf } from "./chosen-transport.ts";
import { readSmsConfig } from "./read-sms-config.ts";

const good = {
  transports: {
    "old-phone": "https://10.0.0.7/messages#template=android-sms-gateway",
    main: "smpp://app@smsc.example",
  },
  routes: [
    { to: ["49"], by: ["old-phone", "main"], price: 0.0751 },
    { by: ["main"], price: 0.12 },
  ],
  budget: { perDay: 20 },
};

function reading(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "assent-routes-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "routes.json");
  return (content: unknown, environment: Readonly<Record<string, string>> = {}) => {
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return readSmsConfig(`routes:${path}`, environment);
  };
}

test("transports with their own secrets, routes and what may be spent", (context) => {
  const config = reading(context)(good, {
    ASSENT_SMS_PASSWORD_OLD_PHONE: "of the phone",
    ASSENT_SMPP_PASSWORD_MAIN: "ofmain",
    ASSENT_SMS_PASSWORD: "of nobody",
    ASSENT_SMPP_PASSWORD: "nobody",
  });
  assert.ok(config.transport === "routes");
  const { transports, routes, budgetPerDay } = config.file;
  const [phone, main] = [transports.get("old-phone"), transports.get("main")];
  assert.ok(phone?.transport === "http" && main?.transport === "smpp");
  assert.deepEqual([phone.http.password, main.bind.password], ["of the phone", "ofmain"]);
  assert.deepEqual(routes, [
    { callingCodes: ["49"], by: ["old-phone", "main"], price: 751 },
    { callingCodes: undefined, by: ["main"], price: 1_200 },
  ]);
  assert.equal(budgetPerDay, 200_000);
  const { priceTo } = tariffOf(config);
  assert.deepEqual([priceTo("49"), priceTo("33")], [751, 1_200]);
});

test("without prices nothing costs, and where no route goes there is no price", (context) => {
  const config = reading(context)({
    transports: good.transports,
    routes: [{ to: ["49"], by: ["main"] }],
  });
  const { priceTo, budgetPerDay } = tariffOf(config);
  assert.deepEqual([priceTo("49"), priceTo("33"), budgetPerDay], [0, undefined, undefined]);
});

test("what is wrong is refused", (context) => {
  const read = reading(context);
  const route = (changes: object) => ({ ...good, routes: [{ by: ["main"], ...changes }] });
  for (const content of [
    "",
    "[]",
    { ...good, transports: undefined },
    { ...good, transports: { Main: "smpp://app@smsc.example" } },
    { ...good, transports: { main: 7 } },
    { ...good, transports: { main: "fake" } },
    { ...good, transports: { main: "routes:/etc/passwd" } },
    { ...good, routes: [] },
    { ...good, routes: undefined },
    route({ by: [] }),
    route({ by: ["toString"] }),
    route({ by: "main" }),
    route({ to: "49" }),
    route({ to: ["+49"] }),
    route({ to: ["4915"] }),
    route({ price: "1" }),
    route({ price: -1 }),
    { ...good, budget: 20 },
    { ...good, budget: { perDay: "20" } },
  ]) {
    assert.throws(() => read(content), { name: "ConfigError" }, JSON.stringify(content));
  }
  assert.throws(() => readSmsConfig("routes:/there/is/none", {}), { name: "ConfigError" });
  assert.doesNotThrow(() => read(good), "and the one they were made of is right");
});
