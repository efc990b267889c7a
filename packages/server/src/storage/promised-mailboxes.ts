// The mailboxes' port of promises on the one of batches, until its callers are told in batches.
import { AssentError } from "@assent/protocol";
import type * as batched from "../mailbox/batched-store.ts";
import type { MailboxStore, StoredPut, StoredPutOutcome } from "../mailbox/store.ts";

export function promised(store: batched.MailboxStore): MailboxStore {
  function putIn(put: StoredPut): batched.StoredPut {
    const { mailboxId, generation, serial, kind, envelopeId, body, ...others } = put;
    return {
      ...others,
      address: { mailbox: store.mailbox(mailboxId), generation, serial, kind },
      bytes: Buffer.concat([envelopeId, body]),
      envelopeIdAt: 0,
      bodyAt: envelopeId.length,
      bodyLength: body.length,
    };
  }

  return {
    lineage: () => store.lineage(),
    state: (mailboxId) => store.state(store.mailbox(mailboxId)),
    async put(puts) {
      const outcomes = await new Promise<readonly batched.StoredPutOutcome[]>((resolve) => {
        store.put(puts.map(putIn), { putsSettled: (_puts, settled) => resolve(settled) });
      });
      return outcomes.map((outcome): StoredPutOutcome => {
        if (outcome.kind === "busy") throw new AssentError("busy");
        return outcome;
      });
    },
    expired: (mailboxId, position) => store.expired(store.mailbox(mailboxId), position),
    async take(mailboxId, generation, after, limit) {
      const taken = await store.take(store.mailbox(mailboxId), generation, after, limit);
      if (!taken) return undefined;
      const envelopes = taken.envelopes.map(
        ({ position, bytes, envelopeIdAt, serialBytes, serialAt, bodyAt, bodyLength }) => ({
          position,
          envelopeId: bytes.subarray(envelopeIdAt, envelopeIdAt + 32),
          serial: serialBytes.subarray(serialAt, serialAt + 16),
          body: bytes.subarray(bodyAt, bodyAt + bodyLength),
        }),
      );
      return { ...taken, envelopes };
    },
    acknowledge: (mailboxId, generation, position) =>
      new Promise((resolve) => {
        store.acknowledge(store.mailbox(mailboxId), generation, position, {
          acknowledgeSettled: (_position, isDone) => resolve(isDone),
        });
      }),
    block: (mailboxId, change, most) => store.block(store.mailbox(mailboxId), change, most),
    expire: (...given) => store.expire(...given),
  };
}
