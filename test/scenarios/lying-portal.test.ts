// A network that answers everything with a page of its own until somebody pays: no service said anything, so nobody is
// accused, and texts wait.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network } from "@assent/client/node";
import { AssentError, parseNumber } from "@assent/protocol";
import { changedNetwork, phonesOn } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

const page = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: new TextEncoder().encode("<!doctype html><title>Buy an hour</title>"),
};

/** Answers in the place of the service what a path names; sockets are none. */
function portal(isCaught: (path: string) => boolean) {
  return (real: Network): Network =>
    changedNetwork(real, {
      http: async (request, ...more) =>
        isCaught(new URL(request.url).pathname) ? page : real.http(request, ...more),
      openSocket: () => Promise.reject(new AssentError("unreachable")),
    });
}

test("a text to somebody new waits, wherever on its way the page came in between", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, [german, french]);
  assert.ok(anna && ben);
  const caught: Readonly<Record<string, (path: string) => boolean>> = {
    everything: () => true,
    "the evaluation": (path) => path.endsWith("/Evaluate"),
    "the index of buckets": (path) => path.endsWith("/index"),
    "a bucket": (path) => /^\/buckets\/\d+\/\d+$/.test(path),
    "the record": (path) => path.endsWith("/GetRecord"),
    KeyPackages: (path) => path.endsWith("/TakeKeyPackages"),
  };
  for (const [what, isCaught] of Object.entries(caught)) {
    const sent: { readonly state: string } = await anna.send(ben, what, {
      network: portal(isCaught),
    });
    assert.equal(sent.state, "queued", what);
    if (what === "KeyPackages") continue;
    const check = anna.run((profile) => profile.people.check(french), {
      network: portal(isCaught),
    });
    await assert.rejects(check, { code: "unreachable" }, what);
  }
  await anna.events();
  assert.deepEqual(await ben.texts(), Object.keys(caught));
});
