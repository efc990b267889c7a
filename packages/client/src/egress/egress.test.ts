// The door: what is larger than it was declared does not pass, and what passes is noted, exactly and before it leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, declarations } from "@assent/protocol";
import { Egress, type EgressRules, type LedgerItem } from "./egress.ts";
import type { Network, Socket } from "./network.ts";

function doorTo(
  sent: Uint8Array[],
  noted: LedgerItem[],
  check: EgressRules["check"] = () => undefined,
) {
  const network: Network = {
    http: async ({ body }) => {
      sent.push(body);
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
    openSocket: async () => ({ send: (bytes) => sent.push(bytes), close: () => undefined }),
    close: () => undefined,
  };
  return new Egress(network, {
    check,
    note: async (item) => {
      noted.push(item);
    },
  });
}

test("a body or a frame of the declared size passes, and one that is larger is refused unnoted", async () => {
  const [sent, noted]: [Uint8Array[], LedgerItem[]] = [[], []];
  const egress = doorTo(sent, noted);
  const socket = await egress.openSocket(
    "anonymous",
    "open-outbox",
    "ws://cell.example/outbox",
    "x",
    {
      onMessage: () => undefined,
      onClose: () => undefined,
    },
  );
  const request = { method: "POST" as const, url: "http://cell.example/x", headers: {} };
  const tooLarge = (error: unknown) => error instanceof AssentError && error.code === "internal";
  const { bytesAtMost } = declarations["verify-code"];
  await egress.http("account", "verify-code", { ...request, body: new Uint8Array(bytesAtMost) }, 1);
  await socket.send("outbox-heartbeat", new Uint8Array(1_024));
  const before = noted.length;
  const body = new Uint8Array(bytesAtMost + 1);
  await assert.rejects(egress.http("account", "verify-code", { ...request, body }, 1), tooLarge);
  await assert.rejects(socket.send("outbox-heartbeat", new Uint8Array(1_025)), tooLarge);
  assert.deepEqual([noted.length, sent.map(({ length }) => length)], [before, [1_024, 1_024]]);
});

test("a frame that needs a further yes passes with both, and is noted under it; without one the socket goes on", async () => {
  const [sent, noted]: [Uint8Array[], LedgerItem[]] = [[], []];
  const granted = new Set<string>(["service", "receipts"]);
  const egress = doorTo(sent, noted, (_declaration, purpose) => {
    if (!granted.has(purpose)) throw new AssentError("consent_required");
  });
  const socket = await egress.openSocket(
    "anonymous",
    "open-outbox",
    "ws://cell.example/outbox",
    "x",
    {
      onMessage: () => undefined,
      onClose: () => undefined,
    },
  );
  await socket.send("put", Uint8Array.of(1), "receipts");
  granted.delete("receipts");
  await assert.rejects(socket.send("put", Uint8Array.of(2), "receipts"), {
    code: "consent_required",
  });
  await socket.send("put", Uint8Array.of(3));
  granted.add("receipts").delete("service");
  await assert.rejects(socket.send("put", Uint8Array.of(4), "receipts"), {
    code: "consent_required",
  });
  assert.deepEqual(sent, [Uint8Array.of(1), Uint8Array.of(3)]);
  assert.deepEqual(
    noted.map(({ method, purpose }) => [method, purpose]),
    [
      ["CONNECT", "service"],
      ["FRAME", "receipts"],
      ["FRAME", "service"],
    ],
  );
});

test("closing ends what waits for a line that is dead, and a socket that opens after it", async () => {
  const opened: string[] = [];
  const opening = Promise.withResolvers<Socket>();
  const never = () => new Promise<never>(() => undefined);
  const network: Network = {
    http: never,
    openSocket: () => opening.promise,
    close: () => opened.push("network closed"),
  };
  const egress = new Egress(network, { check: () => undefined, note: async () => undefined });
  const request = {
    method: "POST",
    url: "http://x/",
    headers: {},
    body: new Uint8Array(),
  } as const;
  const handlers = { onMessage: () => undefined, onClose: () => undefined };
  const ask = () => egress.http("account", "verify-code", request, 1);
  const open = () => egress.openSocket("anonymous", "open-outbox", "ws://x/", "x", handlers);
  const waiting = Promise.allSettled([ask(), open()]);
  // Both have passed the ledger by then.
  await new Promise((resolve) => setImmediate(resolve));
  egress.close();
  for (const { status, reason } of (await waiting) as PromiseRejectedResult[])
    assert.deepEqual([status, reason.code], ["rejected", "unreachable"]);
  opening.resolve({ send: () => undefined, close: () => opened.push("socket closed") });
  await opening.promise;
  await assert.rejects(ask(), { code: "unreachable" });
  await assert.rejects(open(), { code: "unreachable" });
  assert.deepEqual(opened, ["network closed", "socket closed"]);
});
