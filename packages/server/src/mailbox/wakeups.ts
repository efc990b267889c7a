// How a put wakes an inbox, which may be open in another process: a hint, which may be lost. Whoever listens also looks
// by itself from time to time, and finds what no hint told of.
import type { WaitingEnvelope } from "./store.ts";

export interface Arrival {
  readonly position: number;
  /** Whether it counts as handed out already: otherwise it is not to be handed out without being taken. */
  readonly handed: boolean;
  /** Missing where no bytes are kept. */
  readonly envelope: WaitingEnvelope | undefined;
}

export interface Listener {
  /** Something was put: it may be waiting. */
  wake(): void;
  /** The same device listens elsewhere from now on. */
  replaced(): void;
  /** The mailbox ended. */
  ended(): void;

  /** Whether it has room for more: then what is put next counts as handed out to it, where all before it does. */
  hasRoom(generation: number): boolean;
  /** Something was put just now. */
  arrived(generation: number, arrival: Arrival): void;
}

export interface Wakeups {
  /** Listens to a mailbox, in place of whoever did: that one is told. */
  listen(mailboxId: Uint8Array, listener: Listener): void;
  /** Nothing happens where it does not listen any more. */
  stop(mailboxId: Uint8Array, listener: Listener): void;
  /** Who listens in this very process: it is handed what was put, where others are woken to read it back. */
  here(mailboxId: Uint8Array): Listener | undefined;
  wake(mailboxId: Uint8Array): void;
  end(mailboxId: Uint8Array): void;
}
