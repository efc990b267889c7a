// The door: what is larger than it was declared does not pass, and what passes is noted, exactly and before it leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, declarations } from "@assent/protocol";
import { Egress, type LedgerItem } from "./egress.ts";
import type { Network } from "./network.ts";

function doorTo(sent: Uint8Array[], noted: LedgerItem[]) {
  const network: Network = {
    http: async ({ body }) => {
      sent.push(body);
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
    openSocket: async () => ({ send: (bytes) => sent.push(bytes), close: () => undefined }),
    close: () => undefined,
  };
  return new Egress(network, {
    check: () => undefined,
    note: async (item) => {
      noted.push(item);
    },
  });
}

test("a body or a frame of the declared size passes, and one that is larger is refused unnoted", async () => {
  const [sent, noted]: [Uint8Array[], LedgerItem[]] = [[], []];
  const egress = doorTo(sent, noted);
  const socket = await egress.openSocket("open-outbox", "ws://cell.example/outbox", "x", {
    onMessage: () => undefined,
    onClose: () => undefined,
  });
  const request = { method: "POST" as const, url: "http://cell.example/x", headers: {} };
  const tooLarge = (error: unknown) => error instanceof AssentError && error.code === "internal";
  const { bytesAtMost } = declarations["verify-code"];
  await egress.http("verify-code", { ...request, body: new Uint8Array(bytesAtMost) }, 1);
  await socket.send("outbox-heartbeat", new Uint8Array(1_024));
  const before = noted.length;
  const body = new Uint8Array(bytesAtMost + 1);
  await assert.rejects(egress.http("verify-code", { ...request, body }, 1), tooLarge);
  await assert.rejects(socket.send("outbox-heartbeat", new Uint8Array(1_025)), tooLarge);
  assert.deepEqual([noted.length, sent.map(({ length }) => length)], [before, [1_024, 1_024]]);
});
