// Options and environment: what is read, and what is refused in words.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { readConfig } from "./config.ts";

test("defaults, but no SMS transport by default", () => {
  assert.deepEqual(readConfig({ sms: "fake" }, {}), {
    dataDirectory: resolve("./data"),
    keysDirectory: resolve("./data/keys"),
    journalFile: resolve("./data/ended.journal"),
    operatingSocket: resolve("./data/service.sock"),
    steeringFile: resolve("./data/steering.json"),
    auditFile: resolve("./data/audit.log"),
    host: "127.0.0.1",
    port: 8080,
    sms: { transport: "fake" },
    smsPerDay: 1_000_000,
    lookupsPerDay: 200_000,
    logLevel: "info",
    trustedProxies: [],
    publicHost: "localhost",
    origins: [],
    push: undefined,
    smsRelay: { isOn: false, perDay: 100 },
    operator: { name: "", imprint: "", policySupplement: "" },
    metrics: undefined,
    appDirectory: undefined,
    isClockRight: false,
    beginning: "as-it-is",
  });
  assert.throws(() => readConfig({}, {}), { name: "ConfigError", message: /--sms/ });
});

test("a host or a port that is none is refused by the setting that named it", () => {
  const refused = (message: RegExp, options: object, environment: Record<string, string> = {}) =>
    assert.throws(() => readConfig({ sms: "fake", ...options }, environment), {
      name: "ConfigError",
      message,
    });
  refused(/^--port \(ASSENT_PORT\) is a whole number/, { port: "99999" });
  refused(/^--host \(ASSENT_HOST\) is a name/, { host: "a b" });
  refused(/^--log-level \(ASSENT_LOG_LEVEL\) is one of/, { logLevel: "loud" });
  refused(/^ASSENT_PUBLIC_HOST is a name/, {}, { ASSENT_PUBLIC_HOST: "a/b" });
  const metrics = { ASSENT_METRICS_PORT: "1" };
  refused(/^ASSENT_METRICS_PORT is/, {}, { ASSENT_METRICS_PORT: "http" });
  refused(/^ASSENT_METRICS_HOST is/, {}, { ...metrics, ASSENT_METRICS_HOST: "a b" });
});

test("how it begins is one of three, and the journal may be elsewhere", () => {
  const beginningOf = (options: { restored?: boolean; newDatabase?: boolean }) =>
    readConfig({ sms: "fake", ...options }, {}).beginning;
  assert.equal(beginningOf({ restored: true }), "restored");
  assert.equal(beginningOf({ newDatabase: true }), "new-database");
  assert.throws(() => beginningOf({ restored: true, newDatabase: true }), { name: "ConfigError" });
  const elsewhere = { ASSENT_ENDED_JOURNAL: "/other/ended.journal" };
  assert.equal(readConfig({ sms: "fake" }, elsewhere).journalFile, "/other/ended.journal");
  assert.equal(readConfig({ sms: "fake", clockIsRight: true }, {}).isClockRight, true);
});

test("what is given is read", () => {
  const config = readConfig(
    {
      data: "/srv/assent",
      host: "::1",
      port: "0",
      sms: "console",
      logLevel: "debug",
      appDirectory: "dist",
    },
    {
      ASSENT_KEYS_DIRECTORY: "/secrets/assent",
      ASSENT_PUBLIC_HOST: "sms.example.org",
      ASSENT_SMS_PER_DAY: "250",
      ASSENT_TRUSTED_PROXIES: "127.0.0.1, fd00::/8",
      ASSENT_ORIGINS: "https://assent.example, https://assent.example:8443,http://127.0.0.1:8080",
    },
  );
  assert.equal(config.keysDirectory, "/secrets/assent");
  assert.equal(config.operatingSocket, "/srv/assent/service.sock");
  assert.deepEqual(config.origins, [
    "https://assent.example",
    "https://assent.example:8443",
    "http://127.0.0.1:8080",
  ]);
  assert.equal(config.smsPerDay, 250);
  assert.deepEqual(config.trustedProxies, [
    { address: "127.0.0.1", prefix: 32 },
    { address: "fd00::", prefix: 8 },
  ]);
  assert.equal(config.host, "::1");
  assert.equal(config.port, 0);
  assert.equal(config.publicHost, "sms.example.org");
  assert.equal(config.appDirectory, resolve("dist"));
});

test("figures are told nowhere unless a port is named, and then on loopback unless a host is", () => {
  const read = (environment: Record<string, string>) =>
    readConfig({ sms: "fake" }, environment).metrics;
  assert.deepEqual(read({ ASSENT_METRICS_PORT: "9464" }), { host: "127.0.0.1", port: 9_464 });
  assert.deepEqual(read({ ASSENT_METRICS_PORT: "0", ASSENT_METRICS_HOST: "10.0.0.5" }), {
    host: "10.0.0.5",
    port: 0,
  });
  assert.equal(read({ ASSENT_METRICS_HOST: "10.0.0.5" }), undefined);
  assert.throws(() => read({ ASSENT_METRICS_PORT: "many" }), { name: "ConfigError" });
});

test("what cannot be read is refused", () => {
  const refused = [
    { port: "http" },
    { port: "-1" },
    { port: "65536" },
    { port: "" },
    { host: "a b" },
    { host: "" },
    { logLevel: "loud" },
    { sms: "carrier-pigeon" },
    { sms: "" },
  ];
  for (const options of refused) {
    assert.throws(() => readConfig({ sms: "fake", ...options }, {}), { name: "ConfigError" });
  }
  for (const sms of ["spool:", "http://gateway"]) {
    assert.throws(() => readConfig({ sms }, {}), { name: "ConfigError" });
  }
});

test("how many a day is a whole number", () => {
  for (const text of ["0", "-1", "1e3", "1.5", "many", "1000000000"]) {
    for (const name of ["ASSENT_SMS_PER_DAY", "ASSENT_LOOKUPS_PER_DAY"]) {
      assert.throws(() => readConfig({ sms: "fake" }, { [name]: text }), {
        name: "ConfigError",
        message: new RegExp(name),
      });
    }
  }
});

test("trusted proxies are addresses or ranges", () => {
  for (const text of [
    "proxy",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::/129",
    "10.0.0.0/8/8",
    "127.0.0.1,",
  ]) {
    assert.throws(() => readConfig({ sms: "fake" }, { ASSENT_TRUSTED_PROXIES: text }), {
      name: "ConfigError",
      message: /ASSENT_TRUSTED_PROXIES/,
    });
  }
});

test("origins are those of a service, as programs write them, and no more than a cell has", () => {
  const read = (origins: string) =>
    readConfig({ sms: "fake" }, { ASSENT_ORIGINS: origins }).origins;
  const two = ["https://a.example", "http://anna.localhost:8080"];
  assert.deepEqual(read(two.join(", ")), two);
  assert.deepEqual(read(""), []);
  for (const refused of [
    "http://assent.example",
    "https://assent.example/",
    ...["https://a.example,", ",", "https://a.example,,https://b.example"],
    Array.from({ length: 9 }, (_, index) => `https://${index}.example`).join(","),
  ]) {
    assert.throws(() => read(refused), { name: "ConfigError", message: /ASSENT_ORIGINS/ }, refused);
  }
});
