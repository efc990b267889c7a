// What `--sms` may say: every part of an SMSC's name, and refusals that repeat no password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "../config-error.ts";
import { readSmsConfig } from "./read-sms-config.ts";

const environment = { ASSENT_SMPP_PASSWORD: "secret12" };

test("an SMSC with its name, its sender, and what is usual where nothing is said", () => {
  assert.deepEqual(readSmsConfig("smpp://app@smsc.example", environment), {
    transport: "smpp",
    smsc: { host: "smsc.example", port: 2_775, withTls: false },
    bind: { systemId: "app", password: "secret12", systemType: "" },
    source: { type: 5, plan: 0, digits: "Assent" },
  });
  assert.deepEqual(
    readSmsConfig("smpps://my%20app@[::1]?type=OTP&from=%2B4915123456789", environment),
    {
      transport: "smpp",
      smsc: { host: "::1", port: 3_550, withTls: true },
      bind: { systemId: "my app", password: "secret12", systemType: "OTP" },
      source: { type: 1, plan: 1, digits: "4915123456789" },
    },
  );
  const short = readSmsConfig("smpp://app@10.0.0.1:2776?from=22022", {});
  assert.deepEqual(short.transport === "smpp" && [short.smsc.port, short.source, short.bind], [
    2_776,
    { type: 3, plan: 0, digits: "22022" },
    { systemId: "app", password: "", systemType: "" },
  ]);
});

test("a provider over HTTP: its address is its own, and what is behind the # is for us", () => {
  const read = readSmsConfig("https://api.example/v1?account=7#template=twilio&from=%2B1555", {
    ASSENT_SMS_USER: "name",
    ASSENT_SMS_PASSWORD: "secret12",
    ASSENT_SMS_WEBHOOK_SECRET: "",
  });
  assert.ok(read.transport === "http");
  const { url, template, ...rest } = read.http;
  assert.equal(url.href, "https://api.example/v1?account=7");
  assert.equal(template.id, "sid");
  assert.deepEqual(rest, {
    from: "+1555",
    user: "name",
    password: "secret12",
    webhookSecret: undefined,
  });
});

test("a telephone nearby may be asked without TLS, by its address", () => {
  for (const host of [
    "127.0.0.1:8080",
    "192.168.1.7",
    "10.1.2.3",
    "172.16.0.9",
    "[::1]",
    "[fd00::7]",
  ]) {
    const { transport } = readSmsConfig(`http://${host}/messages#template=android-sms-gateway`, {});
    assert.equal(transport, "http", host);
  }
});

test("a spool, with the group that reads it or without", () => {
  assert.deepEqual(readSmsConfig("spool:/var/spool/sms?group=root", {}), {
    transport: "spool",
    spool: { directory: "/var/spool/sms", groupId: 0 },
  });
  const read = readSmsConfig("spool:/var/spool/sms", {});
  assert.ok(read.transport === "spool" && read.spool.groupId === undefined);
});

test("what cannot be is refused, and no password is repeated", () => {
  for (const text of [
    undefined,
    "",
    "carrier-pigeon",
    "spool:",
    "spool:?group=root",
    "spool:/var/spool/sms?group=",
    "spool:/var/spool/sms?group=there-is-no-such-group",
    "https://gateway.example",
    "https://gateway.example#template=toString",
    "https://gateway.example#template=own.json",
    "https://gateway.example#template=/there/is/none.json",
    "https://app:secret12@gateway.example#template=twilio",
    "https://#template=twilio",
    "http://gateway.example#template=twilio",
    "http://8.8.8.8#template=twilio",
    "http://192.168.1.7.example#template=twilio",
    "ftp://gateway.example#template=twilio",
    "smpp://",
    "smpp://smsc.example",
    "smpp://app@",
    "smpp://app@smsc.example/path",
    "smpp://app@smsc.example#part",
    "smpp://app:secret12@smsc.example",
    "smpp://longer-than-fifteen@smsc.example",
    "smpp://%C3%A4pp@smsc.example",
    "smpp://%zz@smsc.example",
    "smpp://app@smsc.example?type=longer-than-twelve",
    "smpp://app@smsc.example?from=longer%20than%20eleven",
    "smpp://app@smsc.example?from=",
    "smpp://app@smsc.example?from=%2B0",
  ]) {
    assert.throws(
      () => readSmsConfig(text, environment),
      (error) => error instanceof ConfigError && !error.message.includes("secret12"),
      text,
    );
  }
  const tooLong = { ASSENT_SMPP_PASSWORD: "nine-char" };
  assert.throws(() => readSmsConfig("smpp://app@smsc.example", tooLong), {
    name: "ConfigError",
    message: /^ASSENT_SMPP_PASSWORD has at most 8 /,
  });
});
