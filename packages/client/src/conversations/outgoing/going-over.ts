// A private text that goes over to SMS, as the same message: taken back at the service first, and given to an SMS transport only
// where nobody was handed it. Each step is stored before the next, so that one that was stopped goes on, and none is done twice
// that cannot be. Where it may have arrived it stays private: there it is shown once.
import { AssentError, limits, type PhoneNumber } from "@assent/protocol";
import type { Outbox, RevokeAnswer } from "../../egress/outbox.ts";
import type { SmsWay } from "../../routes/routes.ts";
import {
  type Delivery,
  DeliveryState,
  type Message,
  point,
  put,
  type Records,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import {
  awaitedDelivery,
  deliveriesOf,
  endedDelivery,
  type KeptDelivery,
  mayHaveArrived,
  queuedAgain,
  settleText,
} from "../history/deliveries.ts";
import { changedText, untold } from "../history/messages.ts";
import { isForLater } from "./sealing.ts";

export interface GoingOverParts {
  readonly records: Records;
  /** How a text goes by SMS now. */
  readonly sms: (text: string) => SmsWay;
}

const canGoOver: ReadonlySet<TextState> = new Set([
  TextState.QUEUED,
  TextState.SENT,
  TextState.NOT_DELIVERED,
]);

export class GoingOver {
  readonly #parts: GoingOverParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: GoingOverParts) {
    this.#parts = parts;
  }

  /** Begins it where that can be: from now on the text goes out by no private way. Nothing is asked of anybody yet. */
  async begin(step: Step, key: string): Promise<void> {
    const text = await step.get("messages", key);
    if (!text?.outgoing || !canGoOver.has(text.state)) return;
    if (text.state === TextState.NOT_DELIVERED) return step.add(await this.#bySms(step, key, text));
    if (text.route === "sms") return;
    const deliveries = await deliveriesOf(step, key);
    const held = deliveries.filter(({ record }) => record.state === DeliveryState.HELD);
    const isElsewhere =
      text.mayHaveArrived || deliveries.some(({ record }) => !canBeAskedBack(record));
    const sealed = (await step.list("outgoing")).filter(({ record }) => record.text === key);
    const asked = held.length + sealed.length;
    const isKnown = text.state === TextState.QUEUED || held.length > 0;
    if (isElsewhere || !isKnown || asked > limits.revokeTargets) return;
    step.add([remove("queue", key)]);
    if (asked === 0) return step.add(await this.#bySms(step, key, text));
    for (const { key: envelopeKey, record } of sealed) {
      step.add([
        remove("outgoing", envelopeKey),
        ...(await awaitedDelivery(step, record, DeliveryState.TAKING_BACK)),
      ]);
    }
    for (const { key: deliveryKey, record } of held)
      step.add([put("deliveries", deliveryKey, { ...record, state: DeliveryState.TAKING_BACK })]);
    step.add([point("goingOver", key, key)]);
    await settleText(step, key);
  }

  /**
   * Goes on with all texts that were begun: each is asked back, and sent where it was given back.
   * @param openOutbox opens one that nothing else uses; undefined while private messages are off.
   * @returns what kept the service from answering.
   */
  run(openOutbox?: () => Promise<Outbox>): Promise<AssentError | undefined> {
    const run = this.#last.then(() => this.#run(openOutbox));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #run(openOutbox?: () => Promise<Outbox>): Promise<AssentError | undefined> {
    const { records } = this.#parts;
    let stopped: AssentError | undefined;
    for (const { text: key } of await records.pointers("goingOver")) {
      const asked = (await deliveriesOf(records, key)).filter(isAskedBack);
      if (asked.length > 0 && !openOutbox) continue;
      const answer = openOutbox && asked.length > 0 ? await takeBack(asked, openOutbox) : undefined;
      if (answer instanceof AssentError && isLater(answer)) stopped ??= answer;
      else await records.step((step) => this.#settle(step, key, answer));
      await this.#submit(key);
    }
    return stopped;
  }

  async #settle(step: Step, key: string, answer: RevokeAnswer | undefined): Promise<void> {
    const text = await step.get("messages", key);
    const asked = (await deliveriesOf(step, key)).filter(isAskedBack);
    const isWanted = text !== undefined && asked.length > 0;
    // It is on its way by SMS; or it was begun after these were asked about, and is asked for by the next.
    if (text?.route === "sms" || (isWanted && answer === undefined)) return;
    step.add([remove("goingOver", key)]);
    // Meanwhile they said that they have it, or asked for it once more; or its owner deleted it here.
    if (!isWanted) return;
    step.add(asked.flatMap((delivery) => settled(delivery, answer)));
    const isGivenBack = answer === "revoked" || answer === "gone";
    if (!isGivenBack || (await mayComePrivately(step, key))) return settleText(step, key);
    step.add(await this.#bySms(step, key, text));
    const gone = await step.get("messages", key);
    // Whoever wanted it may have looked away since.
    if (gone?.state === TextState.HANDOFF) step.add(await changedText(step, key, gone, gone.state));
  }

  /**
   * The same message, by the other way: to be opened in the SMS app by its owner, or to be sent by a transport of ours, or by
   * the service.
   */
  async #bySms(step: Step, key: string, text: Message): Promise<Change[]> {
    const sms = this.#parts.sms(text.text);
    const before = [...(await untold(step, key)), remove("undelivered", key)];
    if (sms.name === "service") return [...before, ...sms.take(key, text)];
    const isOwners = sms.name === "handoff";
    const state = isOwners ? TextState.HANDOFF : TextState.QUEUED;
    return [
      ...before,
      put("messages", key, { ...text, route: "sms", state, error: "" }),
      ...(isOwners ? [] : [point("goingOver", key, key)]),
    ];
  }

  /** Gives it to the transport, once: of one that was stopped in the middle nobody knows whether it went out. */
  async #submit(key: string): Promise<void> {
    const { records } = this.#parts;
    const isBegun = (await records.pointer("goingOver", key)) !== undefined;
    const text = isBegun ? await records.get("messages", key) : undefined;
    if (text?.route !== "sms") return;
    const sms = this.#parts.sms(text.text);
    if (text.state === TextState.QUEUED && sms.name === "fake") {
      if (!(await this.#begun(key))) return;
      const failed = await failureOf(sms.send(text.number as PhoneNumber, text.text));
      await this.#ended(key, failed ? TextState.NOT_DELIVERED : TextState.SENT);
    } else if (text.state === TextState.SUBMITTING) await this.#ended(key, TextState.NOT_KNOWN);
    else await records.step((step) => this.#byAnother(step, key));
  }

  /** Of one that was to be sent by a transport that there is no more. */
  async #byAnother(step: Step, key: string): Promise<void> {
    const text = await step.get("messages", key);
    step.add([remove("goingOver", key)]);
    if (text?.state === TextState.QUEUED) step.add(await this.#bySms(step, key, text));
  }

  /** Noted before it is handed over. False where its owner deleted it meanwhile. */
  #begun(key: string): Promise<boolean> {
    return this.#parts.records.step(async (step) => {
      const text = await step.get("messages", key);
      if (text?.state !== TextState.QUEUED) return false;
      step.add([put("messages", key, { ...text, state: TextState.SUBMITTING })]);
      return true;
    });
  }

  #ended(key: string, state: TextState): Promise<void> {
    return this.#parts.records.step(async (step) => {
      const text = await step.get("messages", key);
      step.add([remove("goingOver", key)]);
      if (text?.state !== TextState.SUBMITTING) return;
      const error = state === TextState.NOT_DELIVERED ? "sms_failed" : "";
      step.add(await changedText(step, key, text, state, error));
    });
  }
}

/** Whether one of their devices may be shown it all the same, as one that asked for it once more: it goes there privately. */
async function mayComePrivately(step: Step, key: string): Promise<boolean> {
  const deliveries = await deliveriesOf(step, key);
  const isQueued = (await step.pointer("queue", key)) !== undefined;
  return isQueued || deliveries.some(({ record }) => mayHaveArrived(record));
}

/** What an answer makes of one that was asked back. */
function settled(delivery: KeptDelivery, answer: RevokeAnswer | undefined): Change[] {
  const { key, record } = delivery;
  switch (answer) {
    case "revoked":
      return endedDelivery(delivery, DeliveryState.TAKEN_BACK);
    case "gone":
      return endedDelivery(delivery, DeliveryState.NOT_TAKEN);
    default: {
      // Without a ticket it is not known whether it was stored at all, and nor is it once the service says no more: it goes out again.
      const isThere = record.ticket.length > 0 && answer !== "not-known" && !isUsedUp(answer);
      if (!isThere) return queuedAgain(delivery);
      const state = answer === "handed" ? DeliveryState.TAKEN : DeliveryState.HELD;
      return [put("deliveries", key, { ...record, state })];
    }
  }
}

async function takeBack(
  asked: readonly KeptDelivery[],
  openOutbox: () => Promise<Outbox>,
): Promise<RevokeAnswer> {
  try {
    const outbox = await openOutbox();
    try {
      return await outbox.revoke(asked.map(({ record }) => record));
    } finally {
      outbox.close();
    }
  } catch (error) {
    if (error instanceof AssentError) return error;
    throw error;
  }
}

/** Asked too often: what the first time was answered is not said any more. */
function isUsedUp(answer: RevokeAnswer | undefined): boolean {
  return answer instanceof AssentError && answer.code === "rate_limited";
}

function isLater(error: AssentError): boolean {
  return isForLater(error) && !isUsedUp(error);
}

function isAskedBack({ record }: KeptDelivery): boolean {
  return record.state === DeliveryState.TAKING_BACK;
}

/** Whether the service can tell that nobody was handed it: in no other envelope, and by nobody that this device was before. */
function canBeAskedBack(delivery: Delivery): boolean {
  const { state, setBack, mayHaveArrived: before } = delivery;
  if (before || setBack) return false;
  const isOnTheWay = state === DeliveryState.SEALED || state === DeliveryState.HELD;
  return isOnTheWay || !mayHaveArrived(delivery);
}

async function failureOf(sending: Promise<void>): Promise<AssentError | undefined> {
  try {
    await sending;
    return undefined;
  } catch (error) {
    if (error instanceof AssentError) return error;
    throw error;
  }
}
