// How a put wakes an inbox, which may be open in another process: a hint, which may be lost. Whoever listens also looks
// by itself from time to time, and finds what no hint told of.
import type { WaitingEnvelope } from "./store.ts";

/** A mailbox id as text: made once, where it is looked up for every text. */
export type MailboxName = string & { readonly isMailboxName: true };

export function nameOfMailbox({ buffer, byteOffset, length }: Uint8Array): MailboxName {
  return Buffer.from(buffer, byteOffset, length).toString("latin1") as MailboxName;
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
  /**
   * Something was put just now.
   * @param handed whether it counts as handed out already: otherwise it is not to be handed out without being taken
   */
  arrived(generation: number, handed: boolean, envelope: WaitingEnvelope): void;
}

/** Hears what decides whether a device is woken while nobody listens to its mailbox. */
export interface DeviceWatch {
  /** Something was stored that its owner wants to be woken for, whether anybody listens or not. */
  arrived(mailbox: MailboxName, position: number): void;
  /** An inbox closed. @param has the device said that it has everything up to it */
  stopped(mailbox: MailboxName, has: number): void;
}

export interface Wakeups {
  /** Listens to a mailbox, in place of whoever did: that one is told. */
  listen(mailbox: MailboxName, listener: Listener): void;
  /** Nothing happens where it does not listen any more. */
  stop(mailbox: MailboxName, listener: Listener): void;
  /** Who listens in this very process: it is handed what was put, where others are woken to read it back. */
  here(mailbox: MailboxName): Listener | undefined;
  wake(mailbox: MailboxName): void;
  end(mailbox: MailboxName): void;
}
