// The two sockets and when they are used: the inbox takes what waits, the outbox sends what is due. They are
// separate connections, and the outbox never says whose it is.
import { AssentError, bytesFromHex, type Delivery, limits } from "@assent/protocol";
import type { Egress } from "../egress/egress.ts";
import { type Inbox, openInbox } from "../egress/inbox.ts";
import { type Outbox, openOutbox } from "../egress/outbox.ts";
import { refillKeyPackages } from "../identity/key-packages.ts";
import { inboxOwnerOf, type Self } from "../identity/self.ts";
import { refillSpares, serialsGivenTo } from "./addresses.ts";
import type { Awaiting } from "./awaiting.ts";
import type { ConversingParts, Encrypting } from "./encrypting.ts";
import type { Receiving } from "./receiving.ts";
import type { Requests } from "./requests.ts";
import type { Sending } from "./sending.ts";

export interface MailboxesParts extends ConversingParts {
  readonly egress: Egress;
  readonly encrypting: Encrypting;
  readonly sending: Sending;
  readonly receiving: Receiving;
  readonly requests: Requests;
  readonly awaiting: Awaiting;
}

export interface ReceivingSteps {
  /** Runs a step when no other does. */
  exclusively<T>(step: () => Promise<T>): Promise<T>;
  /** After every delivery and all that follows from it. */
  afterEach(): Promise<void>;
  /** Whether there is a connection, each time that changes. */
  connected?(isConnected: boolean): void;
  readonly follow?: AbortSignal;
}

const drainMs = 10_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

export class Mailboxes {
  readonly #parts: MailboxesParts;
  #outbox: Outbox | undefined;
  #inbox: Inbox | undefined;

  constructor(parts: MailboxesParts) {
    this.#parts = parts;
  }

  /** Sends what is queued. Returns what stopped it, if anything did. */
  flush(self: Self): Promise<AssentError | undefined> {
    return this.#parts.sending.flush(self, () => this.#openOutbox(self));
  }

  /** Encrypts what is queued, as far as that needs nobody's answer. */
  encryptQueued(self: Self): Promise<void> {
    return this.#parts.encrypting.encryptKnown(self);
  }

  /** Takes what waits; with `follow`, goes on taking until it is aborted, over lost connections too. */
  async receive(self: Self, steps: ReceivingSteps): Promise<void> {
    const { follow } = steps;
    if (!follow) return this.#receiveOnce(self, steps);
    for (
      let pauseMs = firstPauseMs;
      !follow.aborted;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    ) {
      const startedAt = this.#parts.now();
      try {
        await this.#receiveOnce(self, steps);
      } catch (error) {
        if (!(error instanceof AssentError) || error.code !== "unreachable") throw error;
        if (this.#parts.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs;
        await pause(pauseMs, follow);
      }
    }
  }

  async #receiveOnce(self: Self, steps: ReceivingSteps): Promise<void> {
    if (steps.follow?.aborted) return;
    const inbox = await steps.exclusively(() =>
      openInbox(this.#parts.egress, self.cell.url, inboxOwnerOf(self)),
    );
    const abort = () => inbox.close();
    steps.follow?.addEventListener("abort", abort);
    this.#inbox = inbox;
    steps.connected?.(true);
    try {
      let isFirst = true;
      for (;;) {
        // The service says at once what waits; after that, silence is nothing to worry about.
        const delivery: Delivery = await (isFirst || !steps.follow
          ? inbox.promptDelivery()
          : inbox.nextDelivery());
        await steps.exclusively(async () => {
          await this.#take(self, inbox, delivery);
          try {
            if (delivery.caughtUp) await this.#followUp(self, inbox, isFirst);
          } finally {
            await steps.afterEach();
          }
        });
        isFirst &&= !delivery.caughtUp;
        if (delivery.caughtUp && !steps.follow) return;
      }
    } catch (error) {
      if (!steps.follow?.aborted) throw error;
    } finally {
      steps.follow?.removeEventListener("abort", abort);
      inbox.close();
      this.#inbox = undefined;
      steps.connected?.(false);
    }
  }

  /**
   * Takes what waits without showing it, before leaving, for ten seconds at most: nothing the service does may
   * keep anybody from leaving. What cannot be taken now is lost with the account.
   */
  async drain(self: Self): Promise<void> {
    const timeout = setTimeout(() => this.#inbox?.close(), drainMs);
    const steps = {
      exclusively: <T>(step: () => Promise<T>) => step(),
      afterEach: async () => undefined,
    };
    await this.#receiveOnce(self, steps).catch(() => undefined);
    clearTimeout(timeout);
  }

  /** Once, when an account is new: addresses to give out, so that the first text needs no inbox. */
  async prepare(self: Self): Promise<void> {
    try {
      const inbox = await openInbox(this.#parts.egress, self.cell.url, inboxOwnerOf(self));
      try {
        await refillSpares(this.#parts.records, inbox, this.#parts.now());
      } finally {
        inbox.close();
      }
    } catch (error) {
      // Then the first `receive` does it.
      if (!(error instanceof AssentError) || error.retry !== "later") throw error;
    }
  }

  /** Has the service drop, or no longer drop, what comes through a person's addresses. */
  async setBlocked(self: Self, accountKey: string, blocked: boolean): Promise<void> {
    const serials = await serialsGivenTo(this.#parts.records, bytesFromHex(accountKey));
    if (serials.length === 0) return;
    const inbox =
      this.#inbox ?? (await openInbox(this.#parts.egress, self.cell.url, inboxOwnerOf(self)));
    try {
      for (let start = 0; start < serials.length; start += limits.addressesPerBlock) {
        const part = serials.slice(start, start + limits.addressesPerBlock);
        await inbox.blockAddresses({ block: blocked ? part : [], unblock: blocked ? [] : part });
      }
    } finally {
      if (inbox !== this.#inbox) inbox.close();
    }
  }

  close(): void {
    this.#outbox?.close();
    this.#outbox = undefined;
    this.#inbox?.close();
  }

  async #take(self: Self, inbox: Inbox, delivery: Delivery): Promise<void> {
    const { records, receiving } = this.#parts;
    await records.together(async () => {
      for (const envelope of delivery.envelopes) await receiving.take(self, envelope);
    });
    const last = delivery.envelopes.at(-1);
    if (last) await inbox.acknowledge(last.position);
  }

  /** What follows once everything was taken: requests, receipts, the queue, and supplies. */
  async #followUp(self: Self, inbox: Inbox, isFirst: boolean): Promise<void> {
    const { records, requests, awaiting, now } = this.#parts;
    try {
      await requests.open(self);
      await this.flush(self);
      await awaiting.ask(self, () => this.#openOutbox(self));
      await refillSpares(records, inbox, now());
      if (isFirst) {
        await refillKeyPackages(this.#parts, self.device, self.cell, inbox.keyPackagesLeft);
      }
    } catch (error) {
      // What was taken is safe, and will be shown; what could not be done now is done with the next connection.
      if (!(error instanceof AssentError) || error.retry !== "later") throw error;
    }
  }

  async #openOutbox(self: Self): Promise<Outbox> {
    if (!this.#outbox || this.#outbox.ended) {
      this.#outbox = await openOutbox(this.#parts.egress, self.cell.url);
    }
    return this.#outbox;
  }
}

function pause(milliseconds: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, milliseconds);
    until.addEventListener("abort", () => {
      clearTimeout(timeout);
      resolve();
    });
  });
}
