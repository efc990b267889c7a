// Whether a mailbox is whole: what is put comes, and once.
import assert from "node:assert/strict";
import { openInbox, openOutbox } from "@assent/bare-phone";
import { PutOutcome } from "@assent/protocol";
import type { FuzzedPhone, FuzzedService } from "./service.ts";

/** How many envelopes wait, which then do not any more. */
export async function takeAll(service: FuzzedService, phone: FuzzedPhone): Promise<number> {
  const inbox = await openInbox(service, phone);
  let taken = 0;
  let position = 0n;
  for (let isWaiting = true; isWaiting; ) {
    const answer = await inbox.answer();
    if (answer.case === "error") assert.fail(answer.value.code);
    if (answer.case !== "delivery") continue;
    taken += answer.value.envelopes.length;
    const last = answer.value.envelopes.at(-1);
    if (last) {
      position = last.position;
      inbox.ask({ case: "acknowledge", value: { position } });
    }
    isWaiting = !answer.value.caughtUp;
  }
  while (position > 0n && (await inbox.until("acknowledged")).value.position < position);
  inbox.webSocket.close();
  return taken;
}

/** Takes all, puts one, and takes that. */
export async function assertWhole(
  service: FuzzedService,
  phone: FuzzedPhone,
  capability: Uint8Array,
): Promise<void> {
  await takeAll(service, phone);
  const outbox = await openOutbox(service);
  const stored = await outbox.resultOf(outbox.put({ capability }));
  assert.ok(stored.kind === "put" && stored.outcome === PutOutcome.STORED);
  outbox.webSocket.close();
  assert.equal(await takeAll(service, phone), 1);
}
