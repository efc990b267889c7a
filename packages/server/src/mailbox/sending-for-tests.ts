// For tests only: puts by the rules, without a socket, answered in one promise.
import type { Mailboxes } from "./mailbox.ts";
import type { PutAnswer } from "./outbox.ts";

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
    const ready = puts.map(({ capability, envelopeId, body, quiet = false, after = -1 }, index) => {
      const bytes = Buffer.concat([capability, envelopeId, body]);
      const envelopeIdAt = capability.length;
      const put = {
        request: index + 1,
        bytes,
        capabilityAt: 0,
        capabilityLength: capability.length,
        envelopeIdAt,
        bodyAt: envelopeIdAt + envelopeId.length,
        bodyLength: body.length,
        quiet,
      };
      return { put, after };
    });
    outbox.put(ready);
  });
}
