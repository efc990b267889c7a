// Where pushes may go, and which addresses are out of reach.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEndpoints, isPushService } from "./endpoints.ts";
import { isPublicAddress } from "./public-address.ts";
import { readPushConfig } from "./read-push-config.ts";

describe("endpoints", () => {
  const endpointOf = createEndpoints(["push.example.org:8443", ".push.example.net"]);
  test("of the big browsers' makers, and of those that an operator added", () => {
    for (const text of [
      "https://fcm.googleapis.com/fcm/send/abc:def",
      "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
      "https://web.push.apple.com/QGuQ",
      "https://wns2-par02p.notify.windows.com/w/?token=BQYA",
      "https://push.example.org:8443/1",
      "https://a.push.example.net/1",
    ])
      assert.equal(endpointOf(text)?.href, text);
  });
  for (const text of [
    ...["", "fcm.googleapis.com", "http://fcm.googleapis.com/1", "file:///etc/passwd"],
    ...["https://fcm.googleapis.com.example/1", "https://xfcm.googleapis.com/1"],
    ...["https://push.apple.com/1", "https://evilpush.apple.com/1", "https://push.example.net/1"],
    ...["https://fcm.googleapis.com:8443/1", "https://push.example.org/1"],
    ...["https://fcm.googleapis.com@127.0.0.1/1", "https://a:b@fcm.googleapis.com/1"],
    ...[
      "https://fcm.googleapis.com/1#2",
      "https://FCM.googleapis.com/1",
      " https://web.push.apple.com/1",
    ],
    ...["https://127.0.0.1/1", "https://[::1]/1", "https://169.254.169.254/latest"],
    "https://fcm.googleapis.com\\@127.0.0.1/1",
  ])
    test(`not ${JSON.stringify(text)}`, () => assert.equal(endpointOf(text), undefined));
});

test("what an operator may add are names, of one service or of all below one", () => {
  for (const name of ["push.example.org", ".push.example.org", "localhost:8443"])
    assert.ok(isPushService(name), name);
  for (const text of [
    "",
    ".",
    "127.0.0.1",
    "[::1]",
    "https://push.example.org",
    "a/b",
    "a b",
    "A.example",
    "a@b",
  ])
    assert.ok(!isPushService(text), text);
});

test("pushes are off unless the operator says so", () => {
  assert.equal(readPushConfig(undefined, {}), undefined);
  assert.equal(readPushConfig("off", { ASSENT_PUSH_SERVICES: "push.example" }), undefined);
  assert.deepEqual(readPushConfig("on", {}), { services: [] });
  const named = { ASSENT_PUSH_SERVICES: "push.example, .push.example" };
  assert.deepEqual(readPushConfig("on", named), { services: ["push.example", ".push.example"] });
  assert.throws(() => readPushConfig("yes", {}), /--push is on or off/);
  assert.throws(() => readPushConfig("on", { ASSENT_PUSH_SERVICES: "http://a" }), /list of names/);
});

describe("addresses", () => {
  for (const address of ["8.8.8.8", "142.250.185.74", "17.253.144.10", "2a00:1450:4001:82a::200a"])
    test(`${address} is on the public Internet`, () => assert.ok(isPublicAddress(address)));
  for (const address of [
    ...["127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255"],
    ...["192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.2.1", "192.0.0.1"],
    ...["198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"],
    ...["64:ff9b::7f00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1"],
    ...["2001:db8::1", "2001::1", "2002:7f00:1::", "3fff::1", "100::1", "5f00::1"],
    ...["", "localhost", "1", "0x7f.1", "2130706433"],
  ])
    test(`${JSON.stringify(address)} is not`, () => assert.ok(!isPublicAddress(address)));
});
