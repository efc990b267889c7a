// Who listens, where all inboxes are open in this one process: no hint is lost, and a list in memory is all there is.
import type { Listener, Wakeups } from "./wakeups.ts";

export function createEmbeddedWakeups(): Wakeups {
  const listening = new Map<string, Listener>();
  const here = (mailboxId: Uint8Array) => listening.get(nameOf(mailboxId));

  return {
    listen(mailboxId, listener) {
      const name = nameOf(mailboxId);
      const former = listening.get(name);
      listening.set(name, listener);
      former?.replaced();
    },
    stop(mailboxId, listener) {
      if (here(mailboxId) === listener) listening.delete(nameOf(mailboxId));
    },
    here,
    wake: (mailboxId) => here(mailboxId)?.wake(),
    end: (mailboxId) => here(mailboxId)?.ended(),
  };
}

function nameOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
