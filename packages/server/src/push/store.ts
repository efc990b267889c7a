// What push keeps: for a mailbox, where its device is woken. The port that storage implements. It identifies a browser, so it
// is sealed before it comes here; it goes with its mailbox.

export interface SealedSubscription {
  /** Of the push key that it is sealed under. */
  readonly epoch: number;
  readonly sealed: Uint8Array;
}

export interface PushStore {
  /** In place of the one before. Nothing is kept for a mailbox that is not there. */
  set(mailboxId: Uint8Array, subscription: SealedSubscription): Promise<void>;

  subscription(mailboxId: Uint8Array): Promise<SealedSubscription | undefined>;

  /** @param sealed leaves another one be; whichever it is if left out. */
  end(mailboxId: Uint8Array, sealed?: Uint8Array): Promise<void>;

  /** The mailboxes that have one, in pages. @param after 0 first, then `last` of the page before. */
  mailboxes(after: number, most: number): Promise<PushMailboxes>;
}

export interface PushMailboxes {
  /** None where there are no more. */
  readonly mailboxIds: readonly Uint8Array[];
  readonly last: number;
}
