// For tests only: puts by the rules, without a socket, answered in one promise.
import type { Mailboxes } from "./mailbox.ts";
import type { AskedPut, PutAnswer } from "./outbox.ts";

export interface PutForTests {
  readonly capability: Uint8Array;
  readonly envelopeId: Uint8Array;
  readonly body: Uint8Array;
  readonly quiet?: boolean;
  /** As `ReadyPut` has it. */
  readonly after?: number;
}

export function putOn(
  mailboxes: Pick<Mailboxes, "openOutbox">,
  puts: readonly PutForTests[],
): Promise<readonly PutAnswer[]> {
  return new Promise((resolve) => {
    const outbox = mailboxes.openOutbox({ answered: (_ready, answers) => resolve(answers) });
    const ready = puts.map((put, index) => {
      return { put: askedPut(put, index + 1), after: put.after ?? -1 };
    });
    outbox.put(ready);
  });
}

/** As it stands in a frame. */
export function askedPut(
  { capability, envelopeId, body, quiet = false }: PutForTests,
  request: number,
): AskedPut {
  const envelopeIdAt = capability.length;
  return {
    request,
    bytes: Buffer.concat([capability, envelopeId, body]),
    capabilityAt: 0,
    capabilityLength: capability.length,
    envelopeIdAt,
    bodyAt: envelopeIdAt + envelopeId.length,
    bodyLength: body.length,
    quiet,
  };
}
