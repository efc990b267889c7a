// Taking back over real sockets, and over restarts of the service.
import assert from "node:assert/strict";
import { test } from "node:test";
import { listeningPhone, type OutboxResult, openInbox, openOutbox } from "@assent/bare-phone";
import {
  EnvelopeStatus,
  envelopeIdOf,
  PutOutcome,
  RevokeOutcome,
  randomBytes,
} from "@assent/protocol";
import { startTestServer } from "../server-for-tests.ts";

function textOf(result: OutboxResult): string | undefined {
  if (result.kind === "put") return PutOutcome[result.outcome];
  if (result.kind === "revoke") return RevokeOutcome[result.outcome];
  return result.kind === "error" ? result.code : EnvelopeStatus[result.status];
}

test("what a phone was handed is not taken back; what waits for it is, with all that is asked together", async (context) => {
  const first = await startTestServer(context);
  const { phone, address, outbox } = await listeningPhone(first, "+4915123456789");
  const { capability } = address;
  const secrets = Array.from({ length: 3 }, () => randomBytes(32));
  const [live, waits, untold] = secrets.map((secret) => ({ capability, secret }));
  assert.ok(live && waits && untold);
  const putOf = ({ secret }: typeof live) => ({ capability, envelopeId: envelopeIdOf(secret) });

  const handed = await outbox.resultOf(outbox.put(putOf(live)));
  assert.ok(handed.kind === "put");
  const { ticket } = handed;
  assert.equal(textOf(await outbox.resultOf(outbox.revoke({ ...live, ticket }))), "HANDED");

  // Nobody listens to it from here on.
  const second = await first.restart();
  const sender = await openOutbox(second);
  const answer = async (request: number) => textOf(await sender.resultOf(request));
  const stored = await sender.resultOf(sender.put(putOf(waits)));
  assert.ok(stored.kind === "put");
  const taken = { ...waits, ticket: stored.ticket };
  assert.equal(await answer(sender.put(putOf(untold))), "STORED");
  assert.equal(await answer(sender.revoke({ ...live, ticket }, taken)), "HANDED");
  assert.equal(await answer(sender.put(putOf(waits))), "STORED", "nothing was changed");
  assert.equal(await answer(sender.revoke(taken, untold)), "REVOKED");
  assert.equal(await answer(sender.put(putOf(waits))), "REVOKED");
  assert.equal(await answer(sender.put(putOf(untold))), "REVOKED");
  assert.equal(await answer(sender.askStatus({ capability, ticket: taken.ticket })), "REVOKED");

  const third = await second.restart();
  const later = await openOutbox(third);
  assert.equal(textOf(await later.resultOf(later.revoke(taken, untold))), "REVOKED");
  assert.equal(textOf(await later.resultOf(later.put(putOf(untold)))), "REVOKED");
  const inbox = await openInbox(third, phone);
  const { value: delivery } = await inbox.until("delivery");
  assert.deepEqual(
    delivery.envelopes.map(({ envelopeId }) => envelopeId),
    [envelopeIdOf(live.secret)],
  );
  assert.equal(delivery.caughtUp, true);
});

test("what is not quite a revoke is refused by its number", async (context) => {
  const server = await startTestServer(context);
  const { address, outbox } = await listeningPhone(server, "+4915123456789");
  const { capability } = address;
  const secret = randomBytes(32);
  const answer = async (request: number) => textOf(await outbox.resultOf(request));
  assert.equal(
    await answer(outbox.revoke({ capability, secret: randomBytes(31) })),
    "request_invalid",
  );
  assert.equal(
    await answer(outbox.revoke({ capability: randomBytes(300), secret })),
    "request_invalid",
  );
  const elsewhere = { capability, secret, cellId: randomBytes(32) };
  assert.equal(await answer(outbox.revoke({ capability, secret }, elsewhere)), "not_offered");
  assert.equal(
    await answer(outbox.revoke({ capability, secret, ticket: randomBytes(15) })),
    "request_invalid",
  );
  assert.equal(await answer(outbox.revoke({ capability, secret })), "NOT_KNOWN");
});
