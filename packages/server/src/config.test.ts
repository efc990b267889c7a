// Options and environment: what is read, and what is refused in words.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { readConfig } from "./config.ts";

test("defaults, but no SMS transport by default", () => {
  assert.deepEqual(readConfig({ sms: "fake" }, {}), {
    dataDirectory: resolve("./data"),
    keysFile: resolve("./data/keys.json"),
    host: "127.0.0.1",
    port: 8080,
    sms: { transport: "fake" },
    logLevel: "info",
    publicHost: "localhost",
    appDirectory: undefined,
  });
  assert.throws(() => readConfig({}, {}), { name: "ConfigError", message: /--sms/ });
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
    { ASSENT_KEYS_FILE: "/secrets/keys.json", ASSENT_PUBLIC_HOST: "sms.example.org" },
  );
  assert.equal(config.keysFile, "/secrets/keys.json");
  assert.equal(config.host, "::1");
  assert.equal(config.port, 0);
  assert.equal(config.publicHost, "sms.example.org");
  assert.equal(config.appDirectory, resolve("dist"));
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
  for (const sms of ["smpp://host:2775", "spool:/var/spool/sms", "http://gateway"]) {
    assert.throws(() => readConfig({ sms }, {}), /comes later/);
  }
});
