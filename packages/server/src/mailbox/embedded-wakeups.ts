// Who listens, where all inboxes are open in this one process: no hint is lost, and a list in memory is all there is.
import type { Listener, MailboxName, Wakeups } from "./wakeups.ts";

export function createEmbeddedWakeups(): Wakeups {
  const listening = new Map<MailboxName, Listener>();

  return {
    listen(mailbox, listener) {
      const former = listening.get(mailbox);
      listening.set(mailbox, listener);
      former?.replaced();
    },
    stop(mailbox, listener) {
      if (listening.get(mailbox) === listener) listening.delete(mailbox);
    },
    here: (mailbox) => listening.get(mailbox),
    wake: (mailbox) => listening.get(mailbox)?.wake(),
    end: (mailbox) => listening.get(mailbox)?.ended(),
  };
}
