// Who sends: the example of RFC 8292, and that what is made here is checked as that one is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePushKey } from "../cell/keys.ts";
import { vapidAuthorization } from "./vapid.ts";
import { openVapid } from "./vapid-for-tests.ts";

test("RFC 8292, 2.4: the example is believed, and a changed one is not", () => {
  const example =
    "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3" +
    "B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bz" +
    "pwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUf" +
    "nK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxA" +
    "szw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
  assert.deepEqual(openVapid(example)?.claims, {
    aud: "https://push.example.net",
    exp: 1_453_523_768,
    sub: "mailto:push@example.com",
  });
  assert.equal(openVapid(example.replace("i3CY", "i3CZ")), undefined);
});

test("what is made here says to whom, for how long and who answers for it, under the service's key", () => {
  const pair = makePushKey();
  const audience = "https://push.example";
  const nowMs = Date.UTC(2030, 0, 1);
  const made = openVapid(
    vapidAuthorization(pair, { audience, contact: "https://assent.example", nowMs }),
  );
  assert.deepEqual(made?.publicKey, pair.publicKey);
  const exp = nowMs / 1_000 + 43_200;
  assert.deepEqual(made.claims, { aud: audience, exp, sub: "https://assent.example" });
  const unsaid = vapidAuthorization(pair, { audience, contact: undefined, nowMs });
  assert.deepEqual(openVapid(unsaid)?.claims, { aud: audience, exp });
});

test("keys that begin with zeros sign as others do", () => {
  // One in 256 begins so.
  let pair = makePushKey();
  while (pair.privateKey[0] !== 0) pair = makePushKey();
  assert.equal(pair.privateKey.length, 32);
  const audience = "https://push.example";
  assert.ok(openVapid(vapidAuthorization(pair, { audience, contact: undefined, nowMs: 0 })));
});
