// The two sockets and when they are used: the inbox takes what waits, the outbox sends what is due. They are
// separate connections, and the outbox never says whose it is.
import { AssentError, type Delivery, equalBytes } from "@assent/protocol";
import { refillKeyPackages } from "../account/key-packages.ts";
import { type Renewing, renewEvaluation } from "../account/renewal.ts";
import type { Self } from "../account/self.ts";
import { isOver } from "../clock/elapsed.ts";
import type { Timers } from "../clock/timers.ts";
import type { Requests } from "../conversations/incoming/requests.ts";
import type { Taking } from "../conversations/incoming/taking.ts";
import type { Awaiting } from "../conversations/outgoing/awaiting.ts";
import type { GoingOver } from "../conversations/outgoing/going-over.ts";
import type { Posting } from "../conversations/outgoing/posting.ts";
import { isForLater, type Sealing } from "../conversations/outgoing/sealing.ts";
import { refillSpares } from "../conversations/people/addresses.ts";
import { tellBlocked } from "../conversations/people/blocking.ts";
import type { Egress } from "../egress/egress.ts";
import type { Inbox } from "../egress/inbox.ts";
import { ConnectionLost } from "../egress/inbox-answers.ts";
import { type Outbox, openOutbox } from "../egress/outbox.ts";
import type { Push } from "../push/push.ts";
import type { SmsRelay } from "../sms-relay/sms-relay.ts";
import { ComingBack } from "./coming-back.ts";
import { type OpeningInbox, openInboxAsItIs, openInboxOf } from "./opening-inbox.ts";
import { Rounds } from "./rounds.ts";
import { quietMs, Silence } from "./silence.ts";

export interface MailboxesParts extends OpeningInbox, Renewing {
  readonly egress: Egress;
  readonly timers: Timers;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly sealing: Sealing;
  readonly posting: Posting;
  readonly taking: Taking;
  readonly requests: Requests;
  readonly awaiting: Awaiting;
  readonly goingOver: GoingOver;
  readonly push: Push;
  readonly smsRelay: SmsRelay;
}

export interface ReceivingSteps {
  /** Whether there is a connection, each time that changes. */
  connected?(isConnected: boolean): void;
  readonly follow?: AbortSignal;
  /** Without `follow`: begins nothing more when this is aborted. */
  readonly until?: AbortSignal;
}

const drainMs = 10_000;
// Before something is put over an outbox that was quiet for long, the other side is asked, and waited for this long.
const outboxAnswerMs = 5_000;
// A connection that lasts is opened anew after this: what the service says when one is opened is not older than a day.
const renewAfterMs = 86_400_000;

export class Mailboxes {
  readonly #parts: MailboxesParts;
  #outbox: Outbox | undefined;
  #inbox: Inbox | undefined;
  #lastFollowUp: Promise<unknown> = Promise.resolve();

  constructor(parts: MailboxesParts) {
    this.#parts = parts;
  }

  /** Sends what is queued, and what is to go by SMS once that was given back. Returns what stopped it, if anything did. */
  async flush(self: Self): Promise<AssentError | undefined> {
    const { posting, goingOver, smsRelay } = this.#parts;
    const stopped = await posting.flush(self, () => this.#openOutbox());
    const kept = await goingOver.run(() => this.#openOwnOutbox());
    return (await smsRelay.run()) ?? kept ?? stopped;
  }

  /** Whether there is a connection that texts go over. */
  get hasLine(): boolean {
    return this.#outbox !== undefined && !this.#outbox.ended;
  }

  /**
   * Takes what waits; with `follow`, goes on taking until it is aborted, over lost connections too.
   * @throws AssentError signed_out where the device is another than when it began.
   */
  async receive(selfOf: () => Self, steps: ReceivingSteps): Promise<void> {
    const { deviceId } = selfOf().device;
    const sameSelf = () => {
      const self = selfOf();
      if (!equalBytes(self.device.deviceId, deviceId)) throw new AssentError("signed_out");
      return self;
    };
    const { follow } = steps;
    if (follow) await this.#follow(sameSelf, steps, follow);
    else await this.#receiveOnce(sameSelf, steps);
  }

  async #follow(selfOf: () => Self, steps: ReceivingSteps, follow: AbortSignal): Promise<void> {
    const { now, random } = this.#parts;
    const comingBack = new ComingBack(random);
    while (!follow.aborted) {
      const startedAtMs = now();
      try {
        await this.#receiveOnce(selfOf, steps);
      } catch (error) {
        if (error instanceof RenewedConnection) continue;
        if (!(error instanceof AssentError) || error.retry !== "later") throw error;
        const closeCode = error instanceof ConnectionLost ? error.closeCode : undefined;
        const hasNoPlace = error.code === "busy";
        const lastedMs = now() - startedAtMs;
        await this.#pause(comingBack.pauseMs({ closeCode, hasNoPlace, lastedMs }), follow);
      }
    }
  }

  async #receiveOnce(selfOf: () => Self, steps: ReceivingSteps): Promise<void> {
    const { taking, cells } = this.#parts;
    const until = steps.follow ?? steps.until;
    if (until?.aborted) return;
    const inbox = await (steps.until
      ? openInboxAsItIs(this.#parts, selfOf(), until)
      : openInboxOf(this.#parts, selfOf(), until));
    const abort = () => inbox.close();
    until?.addEventListener("abort", abort);
    const watch = steps.follow && this.#watch(selfOf, inbox, steps);
    this.#inbox = inbox;
    steps.connected?.(true);
    try {
      let isFirst = true;
      let acknowledged = Promise.resolve();
      while (!until?.aborted) {
        // The service says at once what waits; after that, silence is nothing to worry about.
        const delivery: Delivery = await (isFirst || !steps.follow
          ? inbox.promptDelivery()
          : inbox.nextDelivery());
        const held = await taking.takeWithKeys(selfOf, cells, delivery.envelopes);
        await acknowledged;
        // It comes again with the next connection: nothing behind it is acknowledged before that.
        if (!held) acknowledged = acknowledge(inbox, delivery);
        // Who waits for it learns it below; until it is, what came meanwhile is taken.
        acknowledged.catch(() => undefined);
        if (!delivery.caughtUp && !held) continue;
        await acknowledged;
        if (isFirst) {
          const stopped = await this.#followUpAlone(selfOf, inbox, { isFirst, ...steps });
          watch?.rounds.done(stopped);
        } else watch?.rounds.begin();
        isFirst = false;
        if (held) throw held;
        if (!steps.follow) return;
      }
    } catch (error) {
      if (!until?.aborted) throw error;
    } finally {
      watch?.end();
      until?.removeEventListener("abort", abort);
      inbox.close();
      this.#inbox = undefined;
      steps.connected?.(false);
    }
  }

  /** While nothing comes: one that says nothing is asked, and over where it does not answer; what is due is done. */
  #watch(selfOf: () => Self, inbox: Inbox, steps: ReceivingSteps) {
    const { timers, random } = this.#parts;
    const silence = new Silence(timers, { ask: () => inbox.ask(), dead: () => inbox.close() });
    inbox.onHeard(() => silence.heard());
    silence.heard();
    const rounds = new Rounds({
      timers,
      random,
      round: () => this.#followUpAlone(selfOf, inbox, { isFirst: false, ...steps }),
      failed: (error) => inbox.close(error),
    });
    const cancelRenewal = timers.after(renewAfterMs, () => inbox.close(new RenewedConnection()));
    const end = () => {
      silence.end();
      rounds.end();
      cancelRenewal();
    };
    return { rounds, end };
  }

  /**
   * Takes what waits without showing it, and sends the receipts it owes, before leaving. Nobody is looked up and nothing
   * else sent. After ten seconds nothing more is waited for or begun: nothing the service does may keep anybody from
   * leaving. What is not taken then is lost with the account.
   */
  async drain(self: Self): Promise<void> {
    const { timers, posting } = this.#parts;
    const deadline = new AbortController();
    const cancel = timers.after(drainMs, () => {
      deadline.abort();
      this.close();
    });
    const steps = { until: deadline.signal };
    try {
      await this.#receiveOnce(() => self, steps);
      if (!deadline.signal.aborted) await posting.postReceipts(self, () => this.#openOutbox());
    } catch {
      // Nothing that fails keeps anybody from leaving.
    }
    cancel();
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

  /** Resolves when nothing that followed a delivery is under way any more. */
  async settled(): Promise<void> {
    await this.#lastFollowUp;
  }

  /** One follow-up at a time, over all connections; whoever asks while another is under way waits for both. */
  #followUpAlone(
    selfOf: () => Self,
    inbox: Inbox,
    how: { readonly isFirst: boolean } & Partial<ReceivingSteps>,
  ): Promise<AssentError | undefined> {
    const step = () => this.#followUp(selfOf, inbox, how);
    const done = this.#lastFollowUp.then(step, step);
    this.#lastFollowUp = done.catch(() => undefined);
    return done;
  }

  /**
   * What follows once everything was taken: receipts, the queue, requests, and supplies.
   * @returns what stopped something of it: what could not be done now is tried again.
   */
  async #followUp(
    selfOf: () => Self,
    inbox: Inbox,
    { isFirst, follow, until }: { readonly isFirst: boolean } & Partial<ReceivingSteps>,
  ): Promise<AssentError | undefined> {
    // Before leaving: no more than what waits is wanted.
    if (until) return;
    const { records, requests, push } = this.#parts;
    let stopped: AssentError | undefined;
    const flush = async () => {
      stopped = await this.flush(selfOf());
    };
    const steps = [
      ...(isFirst ? [() => tellBlocked(records, inbox), () => void push.connected(inbox)] : []),
      // Before anything is sent: who is written to needs to know where to answer.
      () => this.#refillSpares(inbox),
      flush,
      // Behind the owner's own: strangers decide how many there are.
      async () => {
        if (await requests.open(selfOf())) await flush();
      },
      () => this.#askWhatBecame(selfOf()),
      ...(isFirst
        ? [
            () => refillKeyPackages(this.#parts, selfOf(), inbox.ready),
            () => this.#renewEvaluation(),
          ]
        : []),
    ];
    try {
      for (const step of steps) if (!follow?.aborted) await step();
    } catch (error) {
      // What was taken is safe, and will be shown.
      if (!(error instanceof AssentError) || error.retry !== "later") throw error;
      return error;
    }
    return stopped;
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
    const isQueued = await this.#parts.awaiting.ask(self, () => this.#openOwnOutbox());
    if (isQueued) await this.flush(self);
  }

  /** For one question: asked over the connection that texts go over, it would show whose they all are. */
  #openOwnOutbox(): Promise<Outbox> {
    const { cells, egress, now } = this.#parts;
    return cells.whereItIs(({ url }) => openOutbox(egress, url, now));
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
      const inbox = this.#inbox ?? (await openInboxOf(this.#parts, self));
      try {
        await step(inbox);
      } finally {
        if (inbox !== this.#inbox) inbox.close();
      }
    } catch (error) {
      if (!(error instanceof AssentError) || !isForLater(error)) throw error;
    }
  }

  async #openOutbox(): Promise<Outbox> {
    const { cells, egress, now } = this.#parts;
    const known = this.#outbox;
    const isQuiet = known && isOver(known.heardAtMs, quietMs, now());
    if (known && isQuiet && !(await known.ask(outboxAnswerMs))) known.close();
    if (!this.#outbox || this.#outbox.ended) {
      this.#outbox = await cells.whereItIs(({ url }) => openOutbox(egress, url, now));
    }
    return this.#outbox;
  }

  #pause(milliseconds: number, until: AbortSignal): Promise<void> {
    // What ended the connection may have been this; a signal that was aborted says so no more.
    if (until.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const cancel = this.#parts.timers.after(milliseconds, wake);
    until.addEventListener("abort", wake);
    return promise.finally(() => {
      cancel();
      until.removeEventListener("abort", wake);
    });
  }
}

/** What is stored. */
async function acknowledge(inbox: Inbox, { envelopes }: Delivery): Promise<void> {
  const last = envelopes.at(-1);
  if (last) await inbox.acknowledge(last.position);
}

/** Ended here, to be opened again at once. */
class RenewedConnection extends Error {
  override readonly name = "RenewedConnection";
}
