// What is kept of SMS that were sent for devices: that there was one, under a MAC of its name, and what became of it. No number
// and no text. The port that storage implements. A row goes with its device, or by age.

/** Noted: it was handed to the transport, or is about to be, and nobody wrote down yet what came of that. */
export type KeptSmsState = "noted" | "handed" | "delivered" | "failed";

export interface NotedSms {
  readonly deviceId: Uint8Array;
  readonly nameMac: Uint8Array;
  /** Of what the transport knows it by. */
  readonly keyMac: Uint8Array;
  readonly notedAt: number;
}

export interface SmsRelayStore {
  /**
   * Durable when it resolves. Of calls with one name, one alone is answered "noted"; the others what is kept of it.
   * Undefined where the device is not there any more.
   */
  note(sms: NotedSms): Promise<"noted" | { readonly before: KeptSmsState } | undefined>;

  /** In the order of the names. */
  states(nameMacs: readonly Uint8Array[]): Promise<readonly (KeptSmsState | undefined)[]>;

  /** What became of it. What was handed over goes back to nothing, what is final stays. The state that it has then. */
  settle(
    keyMac: Uint8Array,
    state: Exclude<KeptSmsState, "noted">,
  ): Promise<KeptSmsState | undefined>;

  /** None of it went out: as if it had not been noted. */
  takeBack(keyMac: Uint8Array): Promise<void>;

  /** Forgets what was noted by then. */
  forget(notedBy: number): Promise<void>;
}
