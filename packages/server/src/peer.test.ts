// Whose address counts: the connection's, or what a trusted proxy says, and nothing that anybody else does.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { createPeerOf, readAddressRange } from "./peer.ts";
import { startTestServer } from "./server-for-tests.ts";

test("the right-most address that is no trusted proxy's", () => {
  const peerOf = createPeerOf(
    ["127.0.0.0/8", "::1", "10.0.0.0/8", "fd00::/8"].map(readAddressRange),
  );
  const peer = (remoteAddress: string | undefined, forwarded?: string) =>
    peerOf({
      socket: { remoteAddress } as IncomingMessage["socket"],
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    });
  assert.equal(peer("127.0.0.1", "192.0.2.7"), "192.0.2.7");
  assert.equal(peer("::ffff:127.0.0.1", "192.0.2.7"), "192.0.2.7");
  assert.equal(peer("::1", "2001:db8::7"), "2001:db8::7");
  assert.equal(peer("127.0.0.1", "203.0.113.9, 192.0.2.7"), "192.0.2.7", "what a client made up");
  assert.equal(peer("127.0.0.1", "192.0.2.7,10.1.1.1 , fd00::1"), "192.0.2.7", "two proxies");
  assert.equal(peer("127.0.0.1", "127.0.0.1, 192.0.2.7"), "192.0.2.7");
  assert.equal(peer("198.51.100.1", "192.0.2.7"), "198.51.100.1", "not a proxy of ours");
  assert.equal(peer("10.1.1.1"), "10.1.1.1");
  assert.equal(peer("10.1.1.1", "unknown"), "10.1.1.1");
  assert.equal(
    peer("10.1.1.1", "192.0.2.7, nonsense"),
    "10.1.1.1",
    "nothing before it is believed",
  );
  assert.equal(peer(undefined, "192.0.2.7"), undefined);
  const nobody = createPeerOf([]);
  const socket = { remoteAddress: "127.0.0.1" } as IncomingMessage["socket"];
  assert.equal(nobody({ socket, headers: { "x-forwarded-for": "192.0.2.7" } }), "127.0.0.1");
});

test("behind a trusted proxy each address is braked, and without one none is", async (context) => {
  for (const [proxies, expected] of [
    ["127.0.0.1/32", 429],
    ["", 400],
  ] as const) {
    const environment = { ASSENT_TRUSTED_PROXIES: proxies };
    const { origin } = await startTestServer(context, {}, environment);
    const start = async (address: string) => {
      const answer = await fetch(`${origin}/assent.v1.RegistrationService/StartRegistration`, {
        method: "POST",
        headers: { "content-type": "application/proto", "x-forwarded-for": address },
        body: new Uint8Array(2_000),
      });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let count = 0; count < 100; count += 1) await start("192.0.2.7");
    assert.equal(await start("192.0.2.7"), expected);
    assert.equal(await start("192.0.2.8"), 400, "another address");
  }
});
