// Bare phones that know each other at one service: so many ways, each from a sender to a recipient of its own, and the count
// of what became of their texts.
import { setTimeout as delay } from "node:timers/promises";
import { makePhoneAt, mint, openInbox, reachCell, turnOn } from "@assent/bare-phone";
import { Tally } from "../tally.ts";
import { Recipient } from "./recipient.ts";
import { Sender } from "./sender.ts";

export interface VillageParts {
  /** The service's, now and later: it may be started again on another port. */
  readonly origin: () => string;
  readonly ways: number;
  /** Texts of one way that are under way at once. */
  readonly window: number;
  /** An account was answered as made. */
  readonly joined?: () => void;
}

export class Village {
  readonly tally: Tally;
  readonly senders: readonly Sender[];
  readonly recipients: readonly Recipient[];
  /** Answered as stored. */
  readonly stored: () => number;

  private constructor(
    tally: Tally,
    senders: readonly Sender[],
    recipients: readonly Recipient[],
    stored: () => number,
  ) {
    this.tally = tally;
    this.senders = senders;
    this.recipients = recipients;
    this.stored = stored;
  }

  static async settle({ origin, ways, window, joined }: VillageParts): Promise<Village> {
    const tally = new Tally();
    const cell = await reachCell({ origin: origin() });
    const senders: Sender[] = [];
    const recipients: Recipient[] = [];
    let stored = 0;
    for (let way = 0; way < ways; way += 1) {
      const name = String(way);
      const phone = await makePhoneAt(cell, `+49151${10_000_000 + way}`);
      await turnOn(cell, phone);
      joined?.();
      const inbox = await openInbox(cell, phone);
      await inbox.until("delivery");
      const [address] = await mint(inbox);
      if (!address) throw new Error("no address");
      inbox.webSocket.terminate();
      await inbox.closed;
      const { capability } = address;
      const sender = new Sender({
        way,
        capability,
        window,
        origin,
        onSent: (text) => tally.sent(name, text),
        onStored: (text) => {
          stored += 1;
          tally.accepted(name, text);
        },
      });
      senders.push(sender);
      recipients.push(
        new Recipient({
          phone,
          origin,
          onShown: (numbered) => tally.shown(String(numbered.way), numbered.text),
          mayBeTwice: ({ way, text }) => senders[way]?.putAgain.has(text) ?? false,
        }),
      );
    }
    return new Village(tally, senders, recipients, () => stored);
  }

  /** Its recipients, who are absent at first, take what comes. */
  take(): void {
    for (const recipient of this.recipients) recipient.connect();
  }

  /** Every way sends so many more. Resolves when all was answered. */
  async send(each: number): Promise<void> {
    await Promise.all(this.senders.map((sender) => sender.send(each)));
  }

  /** Sends without end, until `enough` was said and all was answered. */
  sendOn(): Promise<void> {
    return this.send(Number.POSITIVE_INFINITY);
  }

  enough(): void {
    for (const sender of this.senders) sender.enough();
  }

  /** Waits until everything came that was accepted, for as long as something comes. */
  async arrived(patienceMs = 30_000): Promise<void> {
    for (let missing = Number.POSITIVE_INFINITY, since = Date.now(); ; await delay(20)) {
      const now = this.tally.missing().length;
      if (now === 0) return;
      if (now < missing) since = Date.now();
      missing = now;
      if (Date.now() - since > patienceMs) return;
    }
  }

  /** Waits until of everything that came the acknowledgement was answered. */
  async acknowledged(): Promise<void> {
    await this.arrived();
    const isDone = () =>
      this.recipients.every((one) =>
        [...one.positions.values()].flat().every((position) => position <= one.acknowledged),
      );
    for (const endMs = Date.now() + 30_000; !isDone(); await delay(10))
      if (Date.now() > endMs) throw new Error("an acknowledgement is not answered");
  }

  close(): void {
    for (const one of [...this.senders, ...this.recipients]) one.close();
  }
}
