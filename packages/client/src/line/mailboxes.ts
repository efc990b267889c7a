// The two sockets and when they are used: the inbox takes what waits, the outbox sends what is due. They are
// separate connections, and the outbox never says whose it is.
import { AssentError, type Delivery } from "@assent/protocol";
import { beginAnew } from "../account/beginning-anew.ts";
import type { GivingUp } from "../account/giving-up.ts";
import { refillKeyPackages } from "../account/key-packages.ts";
import { type Renewing, renewEvaluation } from "../account/renewal.ts";
import type { Self } from "../account/self.ts";
import { isOver } from "../clock/elapsed.ts";
import type { Timers } from "../clock/timers.ts";
import type { Requests } from "../conversations/incoming/requests.ts";
import type { Taking } from "../conversations/incoming/taking.ts";
import type { Awaiting } from "../conversations/outgoing/awaiting.ts";
import type { Posting } from "../conversations/outgoing/posting.ts";
import {
  type ConversingParts,
  isForLater,
  type Sealing,
} from "../conversations/outgoing/sealing.ts";
import { refillSpares } from "../conversations/people/addresses.ts";
import { tellBlocked } from "../conversations/people/blocking.ts";
import type { Egress } from "../egress/egress.ts";
import type { Inbox } from "../egress/inbox.ts";
import { type Outbox, openOutbox } from "../egress/outbox.ts";
import { quietMs, Silence } from "./silence.ts";

export interface MailboxesParts extends ConversingParts, Renewing {
  readonly egress: Egress;
  readonly timers: Timers;
  readonly sealing: Sealing;
  readonly posting: Posting;
  readonly taking: Taking;
  readonly givingUp: GivingUp;
  readonly requests: Requests;
  readonly awaiting: Awaiting;
}

export interface ReceivingSteps {
  /** Runs a step when no other does. */
  exclusively<T>(step: () => Promise<T>): Promise<T>;
  /** Whether there is a connection, each time that changes. */
  connected?(isConnected: boolean): void;
  readonly follow?: AbortSignal;
  /** Without `follow`: begins nothing more when this is aborted. */
  readonly until?: AbortSignal;
}

const drainMs = 10_000;
// Before something is put over an outbox that was quiet for long, the other side is asked, and waited for this long.
const outboxAnswerMs = 5_000;
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
    return this.#parts.posting.flush(self, () => this.#openOutbox(self));
  }

  /** Encrypts what is queued, as far as that needs nobody's answer. */
  encryptQueued(self: Self): Promise<void> {
    return this.#parts.sealing.encryptKnown(self);
  }

  /** Takes what waits; with `follow`, goes on taking until it is aborted, over lost connections too. */
  async receive(selfOf: () => Self, steps: ReceivingSteps): Promise<void> {
    const { follow } = steps;
    if (!follow) return this.#receiveOnce(selfOf, steps);
    for (
      let pauseMs = firstPauseMs;
      !follow.aborted;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    ) {
      const startedAt = this.#parts.now();
      try {
        await this.#receiveOnce(selfOf, steps);
      } catch (error) {
        if (!(error instanceof AssentError) || error.code !== "unreachable") throw error;
        if (this.#parts.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs;
        await this.#pause(pauseMs, follow);
      }
    }
  }

  async #receiveOnce(selfOf: () => Self, steps: ReceivingSteps): Promise<void> {
    const until = steps.follow ?? steps.until;
    if (until?.aborted) return;
    const inbox = await steps.exclusively(() =>
      steps.until ? this.#openAsItIs(selfOf(), until) : this.#openInbox(selfOf(), until),
    );
    const abort = () => inbox.close();
    until?.addEventListener("abort", abort);
    const silence = steps.follow && this.#watchSilence(selfOf, inbox, steps);
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
          await this.#take(selfOf(), inbox, delivery);
          if (delivery.caughtUp) await this.#followUp(selfOf, inbox, isFirst, until);
        });
        isFirst &&= !delivery.caughtUp;
        if (delivery.caughtUp && !steps.follow) return;
      }
    } catch (error) {
      if (!until?.aborted) throw error;
    } finally {
      silence?.end();
      until?.removeEventListener("abort", abort);
      inbox.close();
      this.#inbox = undefined;
      steps.connected?.(false);
    }
  }

  /** A connection that says nothing is asked; one that does not answer is over. What is due meanwhile is done. */
  #watchSilence(selfOf: () => Self, inbox: Inbox, steps: ReceivingSteps): Silence {
    const silence = new Silence(this.#parts.timers, {
      ask: () => {
        inbox.ask();
        steps
          .exclusively(() => this.#askWhatBecame(selfOf()))
          .catch((error) => {
            if (!(error instanceof AssentError) || error.retry !== "later") inbox.close(error);
          });
      },
      dead: () => inbox.close(),
    });
    inbox.onFrame(() => silence.heard());
    silence.heard();
    return silence;
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
      until: deadline.signal,
    };
    await this.#receiveOnce(() => self, steps).catch(() => undefined);
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

  /** Begins anew where that is due; where the service cannot be reached, the next `receive` does it. */
  async beginAnew(self: Self): Promise<void> {
    // One that is open is opened again by whoever follows.
    if (this.#inbox) this.#inbox.close();
    else await this.#withInbox(self, async () => undefined);
  }

  close(): void {
    this.#outbox?.close();
    this.#outbox = undefined;
    this.#inbox?.close();
  }

  async #take(self: Self, inbox: Inbox, delivery: Delivery): Promise<void> {
    const { records, taking } = this.#parts;
    const { envelopes } = delivery;
    // Nothing can be asked once taking has begun: it is one commit.
    await this.#parts.cells.voprfKeyOf(await taking.latestEpochOf(self, envelopes));
    await records.together(async () => {
      for (const envelope of envelopes) await taking.take(self, envelope);
    });
    const last = envelopes.at(-1);
    if (last) await inbox.acknowledge(last.position);
  }

  /** What follows once everything was taken: requests, receipts, the queue, and supplies. */
  async #followUp(
    selfOf: () => Self,
    inbox: Inbox,
    isFirst: boolean,
    until: AbortSignal | undefined,
  ): Promise<void> {
    const { records, requests } = this.#parts;
    const steps = [
      ...(isFirst ? [() => tellBlocked(records, inbox)] : []),
      // Before anything is sent: who is written to needs to know where to answer.
      () => this.#refillSpares(inbox),
      () => requests.open(selfOf()),
      () => this.flush(selfOf()),
      () => this.#askWhatBecame(selfOf()),
      ...(isFirst
        ? [
            () => refillKeyPackages(this.#parts, selfOf(), inbox.ready),
            () => this.#renewEvaluation(),
          ]
        : []),
    ];
    try {
      for (const step of steps) if (!until?.aborted) await step();
    } catch (error) {
      // What was taken is safe, and will be shown; what could not be done now is done with the next connection.
      if (!(error instanceof AssentError) || error.retry !== "later") throw error;
    }
  }

  /** Nobody is kept from texting by a service that gives out no more. */
  async #refillSpares(inbox: Inbox): Promise<void> {
    const { records, now } = this.#parts;
    try {
      await refillSpares(records, inbox, now());
    } catch (error) {
      const passes = error instanceof AssentError && isForLater(error);
      if (!passes || error.code === "unreachable") throw error;
    }
  }

  /** Asks about texts whose time has come, and sends again what was lost. */
  async #askWhatBecame(self: Self): Promise<void> {
    const { awaiting, egress, now } = this.#parts;
    const isQueued = await awaiting.ask(self, () => openOutbox(egress, self.cell.url, now));
    if (isQueued) await this.flush(self);
  }

  /** Whoever cannot renew is found under the former key, and tries again with the next connection. */
  async #renewEvaluation(): Promise<void> {
    try {
      await renewEvaluation(this.#parts);
    } catch (error) {
      const isHarmless = error instanceof AssentError && error.code !== "service_untrusted";
      if (!isHarmless) throw error;
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

  /** Opens the inbox; of a device that has to begin anew, the one that it begins with. */
  async #openInbox(self: Self, until?: AbortSignal): Promise<Inbox> {
    const inbox = await this.#openAsItIs(self, until);
    try {
      if (!(await beginAnew(this.#parts, self, inbox.ready.generation))) return inbox;
    } catch (error) {
      // It is tried again with the next connection. What waits can be taken meanwhile.
      if (error instanceof AssentError && error.code !== "unreachable") return inbox;
      inbox.close();
      throw error;
    }
    inbox.close();
    return this.#openAsItIs(self, until);
  }

  /** Fetches the cell's parameters where they are others now: before anything is taken. */
  async #openAsItIs(self: Self, until?: AbortSignal): Promise<Inbox> {
    const inbox = await this.#parts.signedRequests.openInbox(self, until);
    try {
      const { certificateNumber, parametersSequence } = inbox.ready;
      await this.#parts.cells.catchUp(certificateNumber, parametersSequence);
      return inbox;
    } catch (error) {
      inbox.close();
      throw error;
    }
  }

  async #openOutbox(self: Self): Promise<Outbox> {
    const { egress, timers, now } = this.#parts;
    const known = this.#outbox;
    const isQuiet = known && isOver(known.heardAtMs, quietMs, now());
    if (known && isQuiet && !(await known.ask(timers, outboxAnswerMs))) known.close();
    if (!this.#outbox || this.#outbox.ended) {
      this.#outbox = await openOutbox(egress, self.cell.url, now);
    }
    return this.#outbox;
  }

  #pause(milliseconds: number, until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(milliseconds, resolve);
      until.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}
