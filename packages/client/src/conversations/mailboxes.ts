// The two sockets and when they are used: the inbox takes what waits, the outbox sends what is due. They are
// separate connections, and the outbox never says whose it is.
import { AssentError, type Delivery } from "@assent/protocol";
import type { Egress } from "../egress/egress.ts";
import { type Inbox, openInbox } from "../egress/inbox.ts";
import { type Outbox, openOutbox } from "../egress/outbox.ts";
import { refillKeyPackages } from "../identity/key-packages.ts";
import { inboxOwnerOf, type Self } from "../identity/self.ts";
import { refillSpares } from "./addresses.ts";
import type { Awaiting } from "./awaiting.ts";
import { tellBlocked } from "./blocking.ts";
import { type ConversingParts, type Encrypting, isForLater } from "./encrypting.ts";
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
  /** Without `follow`: begins nothing more when this is aborted. */
  readonly until?: AbortSignal;
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
    const until = steps.follow ?? steps.until;
    if (until?.aborted) return;
    const inbox = await steps.exclusively(() => this.#openInbox(self, until));
    const abort = () => inbox.close();
    until?.addEventListener("abort", abort);
    this.#inbox = inbox;
    steps.connected?.(true);
    try {
      let isFirst = true;
      while (!until?.aborted) {
        // The service says at once what waits; after that, silence is nothing to worry about.
        const delivery: Delivery = await (isFirst || !steps.follow
          ? inbox.promptDelivery()
          : inbox.nextDelivery());
        await steps.exclusively(async () => {
          await this.#take(self, inbox, delivery);
          try {
            if (delivery.caughtUp) await this.#followUp(self, inbox, isFirst, until);
          } finally {
            await steps.afterEach();
          }
        });
        isFirst &&= !delivery.caughtUp;
        if (delivery.caughtUp && !steps.follow) return;
      }
    } catch (error) {
      if (!until?.aborted) throw error;
    } finally {
      until?.removeEventListener("abort", abort);
      inbox.close();
      this.#inbox = undefined;
      steps.connected?.(false);
    }
  }

  /**
   * Takes what waits without showing it, before leaving. After ten seconds nothing more is waited for or begun:
   * nothing the service does may keep anybody from leaving. What is not taken then is lost with the account.
   */
  async drain(self: Self): Promise<void> {
    const deadline = new AbortController();
    const timeout = setTimeout(() => {
      deadline.abort();
      this.close();
    }, drainMs);
    const steps = {
      exclusively: <T>(step: () => Promise<T>) => step(),
      afterEach: async () => undefined,
      until: deadline.signal,
    };
    await this.#receiveOnce(self, steps).catch(() => undefined);
    clearTimeout(timeout);
  }

  /** Once, when an account is new: addresses to give out, so that the first text needs no inbox. */
  prepare(self: Self): Promise<void> {
    const { records, now } = this.#parts;
    return this.#withInbox(self, (inbox) => refillSpares(records, inbox, now()));
  }

  /** Has the service drop, or no longer drop, what comes from whom the owner blocked or unblocked. */
  tellBlocked(self: Self): Promise<void> {
    return this.#withInbox(self, (inbox) => tellBlocked(this.#parts.records, inbox));
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
  async #followUp(
    self: Self,
    inbox: Inbox,
    isFirst: boolean,
    until: AbortSignal | undefined,
  ): Promise<void> {
    const { records, requests, awaiting, now } = this.#parts;
    const steps = [
      ...(isFirst ? [() => tellBlocked(records, inbox)] : []),
      () => requests.open(self),
      () => this.flush(self),
      () => awaiting.ask(self, () => this.#openOutbox(self)),
      () => refillSpares(records, inbox, now()),
      ...(isFirst
        ? [() => refillKeyPackages(this.#parts, self.device, self.cell, inbox.keyPackagesLeft)]
        : []),
    ];
    try {
      for (const step of steps) if (!until?.aborted) await step();
    } catch (error) {
      // What was taken is safe, and will be shown; what could not be done now is done with the next connection.
      if (!(error instanceof AssentError) || error.retry !== "later") throw error;
    }
  }

  /** Does one thing with the inbox; where the service cannot be reached, the next `receive` does it. */
  async #withInbox(self: Self, step: (inbox: Inbox) => Promise<void>): Promise<void> {
    try {
      const inbox = this.#inbox ?? (await this.#openInbox(self));
      try {
        await step(inbox);
      } finally {
        if (inbox !== this.#inbox) inbox.close();
      }
    } catch (error) {
      if (!(error instanceof AssentError) || !isForLater(error)) throw error;
    }
  }

  #openInbox(self: Self, until?: AbortSignal): Promise<Inbox> {
    return openInbox(this.#parts.egress, self.cell.url, inboxOwnerOf(self), until);
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
