// How far each text came on its way, device by device, and what became of the text: that follows from its deliveries, here and
// nowhere else. A text is sent when all its envelopes are, and delivered to an account when one of its devices says so.
import { type ErrorCode, envelopeIdOf, equalBytes, hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  type Delivery,
  DeliverySchema,
  DeliveryState,
  type Message,
  type OutgoingEnvelope,
  point,
  put,
  type RecordsReader,
  remove,
  type Step,
  TextState,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { changedText, notDelivered, whetherUndelivered } from "./messages.ts";

export interface KeptDelivery {
  readonly key: string;
  readonly record: Delivery;
}

/** Whose delivery it is: a text's key, and ids in hexadecimal. */
export interface DeliveryName {
  readonly text: string;
  readonly account: string;
  readonly device: string;
}

export function nameOfDelivery(key: string): DeliveryName {
  const [text = "", account = "", device = ""] = key.split("/");
  return { text, account, device };
}

export function deliveryKey({ text, account, device }: DeliveryName): string {
  return `${text}/${account}/${device}`;
}

function keyOfEnvelope({ text, accountId, deviceId }: OutgoingEnvelope): string {
  return deliveryKey({ text, account: hex(accountId), device: hex(deviceId) });
}

/** Of a text, or of a text to one account. */
export function deliveriesOf(
  records: RecordsReader,
  text: string,
  account?: string,
): Promise<KeptDelivery[]> {
  const prefix = account === undefined ? `${text}/` : `${text}/${account}/`;
  return records.list("deliveries", { prefix });
}

/** Those whose envelopes may be asked about, by an account that they are to where one is named. */
export async function awaitedDeliveries(
  records: RecordsReader,
  account?: string,
): Promise<KeptDelivery[]> {
  const awaited = (await records.pointers("awaited")).filter(
    ({ text: key }) => account === undefined || nameOfDelivery(key).account === account,
  );
  const found = await Promise.all(
    awaited.map(async ({ text: key }) => ({ key, record: await records.get("deliveries", key) })),
  );
  return found.flatMap(({ key, record }) => (record ? [{ key, record }] : []));
}

/** Of an envelope that was made and did not leave yet; nothing where it is no text's. */
export async function sealedDelivery(step: Step, envelope: OutgoingEnvelope): Promise<Change[]> {
  if (!envelope.text) return [];
  const key = keyOfEnvelope(envelope);
  const before = await step.get("deliveries", key);
  const sealed = create(DeliverySchema, {
    state: DeliveryState.SEALED,
    mayHaveArrived: before !== undefined && mayHaveArrived(before),
  });
  return [put("deliveries", key, sealed)];
}

/**
 * Of an envelope that is to be asked about from now on.
 * @param ticket empty where the service never answered it.
 */
export async function awaitedDelivery(
  step: Step,
  envelope: OutgoingEnvelope,
  state: DeliveryState.HELD | DeliveryState.TAKING_BACK,
  ticket: Uint8Array = new Uint8Array(),
): Promise<Change[]> {
  const key = keyOfEnvelope(envelope);
  const { secret, capability } = envelope;
  const known = (await step.get("deliveries", key)) ?? create(DeliverySchema);
  const awaited = { ...known, state, secret, capability, ticket: new Uint8Array(ticket) };
  return [put("deliveries", key, awaited), point("awaited", hex(envelopeIdOf(secret)), key)];
}

/** Of an envelope that the service refuses for good, as it may not have refused it before; nothing where it is no text's. */
export async function refusedDelivery(step: Step, envelope: OutgoingEnvelope): Promise<Change[]> {
  if (!envelope.text) return [];
  const key = keyOfEnvelope(envelope);
  const record = (await step.get("deliveries", key)) ?? create(DeliverySchema);
  // Their word that it came was quicker.
  if (isTold({ key, record })) return [];
  return endedDelivery({ key, record }, DeliveryState.NOT_TAKEN);
}

/** Of an envelope to an account that left before it went out; nothing where it is no text's. */
export function untakenDelivery(envelope: OutgoingEnvelope): Change[] {
  return envelope.text ? [put("deliveries", keyOfEnvelope(envelope), notTaken)] : [];
}

/** Of an account that left: whatever was on its way to it. */
export function leftDelivery({ key, record }: KeptDelivery): Change[] {
  return [...unawaited(record), put("deliveries", key, notTaken)];
}

const notTaken = create(DeliverySchema, { state: DeliveryState.NOT_TAKEN });

/** Of an envelope that may have gone out before, and goes out again: what is answered to this one is of both. */
export async function repeatedDelivery(step: Step, envelope: OutgoingEnvelope): Promise<Change[]> {
  const key = keyOfEnvelope(envelope);
  const record = await step.get("deliveries", key);
  if (!record || record.mayHaveArrived) return [];
  return [put("deliveries", key, { ...record, mayHaveArrived: true })];
}

/** The ticket of an envelope that was asked back before its put was answered: with it, the service's word is certain. */
export async function lateTicket(
  step: Step,
  envelope: OutgoingEnvelope,
  ticket: Uint8Array,
): Promise<Change[]> {
  const key = keyOfEnvelope(envelope);
  const record = await step.get("deliveries", key);
  const isAskedBack =
    record?.state === DeliveryState.TAKING_BACK && equalBytes(record.secret, envelope.secret);
  return isAskedBack ? [put("deliveries", key, { ...record, ticket: new Uint8Array(ticket) })] : [];
}

/** Of an envelope that was taken back, as the service says; nothing where it is no text's. */
export async function takenBackDelivery(step: Step, envelope: OutgoingEnvelope): Promise<Change[]> {
  const key = keyOfEnvelope(envelope);
  const record = await step.get("deliveries", key);
  return record ? endedDelivery({ key, record }, DeliveryState.TAKEN_BACK) : [];
}

/** Nobody is asked about it any more. */
export function endedDelivery({ key, record }: KeptDelivery, state: DeliveryState): Change[] {
  const { mayHaveArrived } = record;
  return [
    ...unawaited(record),
    put("deliveries", key, create(DeliverySchema, { state, mayHaveArrived })),
  ];
}

/** A device said that it has a text: of the account's others nobody is asked any more. */
export async function arrivedDelivery(
  step: Step,
  text: string,
  device: Readonly<Record<"accountId" | "deviceId", Uint8Array>>,
  state: DeliveryState.ARRIVED | DeliveryState.READ,
): Promise<Change[]> {
  const account = hex(device.accountId);
  const key = deliveryKey({ text, account, device: hex(device.deviceId) });
  const known = await deliveriesOf(step, text, account);
  const record = known.find((delivery) => delivery.key === key)?.record;
  // Read is more than that it came.
  const isRead = state === DeliveryState.READ || record?.state === DeliveryState.READ;
  return [
    ...known.flatMap((delivery) =>
      delivery.key === key || isTold(delivery) ? [] : forgottenDelivery(delivery),
    ),
    ...endedDelivery(
      { key, record: record ?? create(DeliverySchema) },
      isRead ? DeliveryState.READ : DeliveryState.ARRIVED,
    ),
  ];
}

function isTold({ record: { state } }: KeptDelivery): boolean {
  return state === DeliveryState.ARRIVED || state === DeliveryState.READ;
}

export function forgottenDelivery({ key, record }: KeptDelivery): Change[] {
  return [...unawaited(record), remove("deliveries", key)];
}

function unawaited({ secret }: Delivery): Change[] {
  return secret.length > 0 ? [remove("awaited", hex(envelopeIdOf(secret)))] : [];
}

/** Its text goes out once more, as the same message: whoever has it already shows it once. */
export function queuedAgain(delivery: KeptDelivery): Change[] {
  const { text } = nameOfDelivery(delivery.key);
  return [...endedDelivery(delivery, DeliveryState.LOST), point("queue", text, text)];
}

/**
 * The same of a text's envelope that does not go out, or not any more.
 * @param isOut whether it may have gone out: whoever has it may have been shown the text.
 */
export async function queuedAgainWith(
  step: Step,
  envelope: OutgoingEnvelope,
  isOut: boolean,
): Promise<Change[]> {
  const { text } = envelope;
  if (!text) return [];
  const key = keyOfEnvelope(envelope);
  const record = (await step.get("deliveries", key)) ?? create(DeliverySchema);
  const mayBeThere = isOut || record.mayHaveArrived;
  const ended = endedDelivery(
    { key, record },
    mayBeThere ? DeliveryState.LOST : DeliveryState.NOT_TAKEN,
  );
  // Queue keys are those of the texts themselves.
  return [...ended, point("queue", text, text)];
}

/** Whether somebody may be shown it, whatever the service is asked from now on. */
export function mayHaveArrived({ state, mayHaveArrived: before }: Delivery): boolean {
  switch (state) {
    case DeliveryState.NOT_TAKEN:
    case DeliveryState.TAKEN_BACK:
      return before;
    default:
      return true;
  }
}

/** A text that does not go out at all, by what is known of the envelopes that it had. */
export async function undelivered(
  step: Step,
  key: string,
  text: Message,
  error: ErrorCode,
): Promise<Change[]> {
  const before = await deliveriesOf(step, key);
  return before.some(({ record }) => mayHaveArrived(record))
    ? changedText(step, key, text, TextState.NOT_KNOWN)
    : notDelivered(step, key, text, error);
}

/**
 * What became of a text, as its deliveries have it in this step. Told where it is more than on its way.
 * @param error why it was not delivered, where it was not.
 */
export async function settleText(
  step: Step,
  key: string,
  error: ErrorCode = "expired",
): Promise<void> {
  const text = await step.get("messages", key);
  if (!text || text.deletedAtMs > 0n) return;
  const isQueued = (await step.pointer("queue", key)) !== undefined;
  const state = stateOf(text, await deliveriesOf(step, key), isQueued);
  if (state === text.state) return;
  // Their own word that it came: it came by this way, whatever else was tried.
  const settled = isArrived(state) ? { ...text, route: "private" } : text;
  if (onTheWay.has(state))
    step.add([
      put("messages", key, { ...settled, state, error: "" }),
      ...whetherUndelivered(key, text, state),
    ]);
  else {
    const why = state === TextState.NOT_DELIVERED ? error : "";
    step.add(await changedText(step, key, settled, state, why));
  }
}

// Nobody has to be told: it is what they did, or as good as that.
const onTheWay: ReadonlySet<TextState> = new Set([
  TextState.QUEUED,
  TextState.SENT,
  TextState.TAKING_BACK,
]);

function stateOf(text: Message, deliveries: readonly KeptDelivery[], isQueued: boolean): TextState {
  const accounts = new Map<string, Delivery[]>();
  for (const { key, record } of deliveries) {
    const { account } = nameOfDelivery(key);
    accounts.set(account, [...(accounts.get(account) ?? []), record]);
  }
  const states = [...accounts.values()].map(accountState);
  const state = leastFirst.find((each) => states.includes(each));
  if (isArrived(state)) return state;
  // What goes by SMS now does not depend on its envelopes any more.
  if (text.route === "sms") return text.state;
  const isOnTheWay = state === TextState.QUEUED || isQueued;
  if (!isOnTheWay) {
    const isUnsure = state === TextState.NOT_DELIVERED && text.mayHaveArrived;
    return isUnsure ? TextState.NOT_KNOWN : (state ?? text.state);
  }
  // What the service had once does not look as if it had never had it.
  return text.state === TextState.TAKING_BACK ? TextState.QUEUED : text.state;
}

// Of several accounts, the one that is furthest behind says what became of the text.
const leastFirst: readonly TextState[] = [
  TextState.TAKING_BACK,
  TextState.QUEUED,
  TextState.NOT_DELIVERED,
  TextState.NOT_KNOWN,
  TextState.SENT,
  TextState.TAKEN,
  TextState.DELIVERED,
  TextState.READ,
];

/** Of the devices of an account, the one that is furthest says how far it came. */
function accountState(deliveries: readonly Delivery[]): TextState {
  const states = new Set(deliveries.map(({ state }) => state));
  if (states.has(DeliveryState.READ)) return TextState.READ;
  if (states.has(DeliveryState.ARRIVED)) return TextState.DELIVERED;
  if (states.has(DeliveryState.TAKING_BACK)) return TextState.TAKING_BACK;
  // It is sent when all are.
  if (states.has(DeliveryState.SEALED)) return TextState.QUEUED;
  if (states.has(DeliveryState.TAKEN)) return TextState.TAKEN;
  if (states.has(DeliveryState.HELD)) return TextState.SENT;
  // Whoever took it back knows where it went: this device was set back since.
  if (states.has(DeliveryState.TAKEN_BACK)) return TextState.NOT_KNOWN;
  return deliveries.some(mayHaveArrived) ? TextState.NOT_KNOWN : TextState.NOT_DELIVERED;
}

export function isArrived(
  state: TextState | undefined,
): state is TextState.DELIVERED | TextState.READ {
  return state === TextState.DELIVERED || state === TextState.READ;
}
