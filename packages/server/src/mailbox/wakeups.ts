// How a put wakes an inbox, which may be open in another process: a hint, which may be lost. Whoever listens also looks
// by itself from time to time, and finds what no hint told of.

export interface Listener {
  /** Something was put: it may be waiting. */
  wake(): void;
  /** The same device listens elsewhere from now on. */
  replaced(): void;
  /** The mailbox ended. */
  ended(): void;
}

export interface Wakeups {
  /** Listens to a mailbox, in place of whoever did. Returns what stops that. */
  listen(mailboxId: Uint8Array, listener: Listener): () => void;
  wake(mailboxId: Uint8Array): void;
  end(mailboxId: Uint8Array): void;
}
