// What people read of the SDK's answers, in their own time; what programs read of texts and events, in UTC. Whatever
// others wrote in it is made printable.
import type {
  AccountEnded,
  LedgerLine,
  OperatorWords,
  ProfileStatus,
  receiptJson,
  ServiceEnds,
  ShownEvent,
  ShownText,
} from "@assent/client";
import { offersSms } from "@assent/client";
import { formatNumber } from "@assent/protocol";
import { printableLine, printableText } from "./printable.ts";

/** Such as 2026-11-21 20:15:07. */
export function localTime(at: Date, timeZone: string): string {
  // Sweden writes dates as ISO 8601 does.
  const form = { dateStyle: "short", timeStyle: "medium", timeZone } as const;
  return new Intl.DateTimeFormat("sv-SE", form).format(at);
}

export function eventJson(event: ShownEvent): object {
  const again = event.again ? { again: true } : {};
  if (event.type === "notice") {
    const { type, kind, count } = event;
    return { type, kind, ...fromWhom(event), ...(count ? { count } : {}), ...again };
  }
  const { id, text, sentAt, route, state, error } = event.text;
  const from = fromWhom(event.text);
  if (event.type === "receipt") {
    return { type: "receipt", id, ...from, state, ...(error ? { error } : {}), ...again };
  }
  const shown = { text, ...unclear(event.text), sentAt: sentAt.toISOString(), route };
  return { type: "message", id, ...from, ...shown, ...again };
}

export function eventSentence(event: ShownEvent, timeZone: string): string {
  if (event.type === "message") return textSentence(event.text, timeZone);
  const name = shownName(event.type === "notice" ? event : event.text);
  if (event.type === "receipt") return `(${name}: ${event.text.state})`;
  return {
    "key-changed": `(The key of ${name} changed: a new phone, or another person.)`,
    restarted: `(The conversation with ${name} was started anew.)`,
    missing: `(Something that ${name} sent has not come yet: a text, or only a receipt.)`,
  }[event.kind];
}

export function historyJson(text: ShownText, now: Date): object {
  const { id, outgoing, number, name, sentAt, route, state, error, byService } = text;
  return {
    id,
    direction: outgoing ? "out" : "in",
    number,
    ...(name ? { name } : {}),
    text: text.text,
    ...unclear(text),
    sentAt: sentAt.toISOString(),
    route,
    state,
    ...(byService ? { byService } : {}),
    ...(error ? { error } : {}),
    ...(offersSms(text, now) ? { offersSms: true } : {}),
  };
}

export function historySentence(text: ShownText, timeZone: string, now: Date): string {
  const offer = offersSms(text, now)
    ? `\n    (It has waited for three days. By SMS instead: assent send-as-sms ${text.id})`
    : "";
  return textSentence(text, timeZone) + offer;
}

function textSentence(shown: ShownText, timeZone: string): string {
  const { outgoing, sentAt, state, byService } = shown;
  const name = shownName(shown);
  const what = byService ? `${state}, SMS by the service` : state;
  const who = outgoing ? `to ${name} (${what})` : name;
  return `${localTime(sentAt, timeZone)} ${who}: ${wordsOf(shown)}`;
}

function wordsOf({ text, notUnderstood, notOpened, unsent, unseen }: ShownText): string {
  if (unsent) return "(A text that was taken back.)";
  if (notUnderstood) return "(Something that this version cannot show. It is kept.)";
  if (notOpened) return "(Something that could not be opened here.)";
  return unseen ? "(A text without visible characters.)" : printableText(text);
}

function shownName({ name, number }: { readonly name?: string; readonly number: string }): string {
  return name === undefined ? number : printableLine(name);
}

function fromWhom({ number, name }: { readonly number: string; readonly name?: string }) {
  return { from: number, ...(name ? { name } : {}) };
}

/** Marks what came and cannot be shown, or was taken back. */
function unclear({ notUnderstood, notOpened, unsent }: ShownText) {
  return {
    ...(notUnderstood ? { notUnderstood } : {}),
    ...(notOpened ? { notOpened } : {}),
    ...(unsent ? { unsent } : {}),
  };
}

export function statusSentence(status: ProfileStatus, timeZone: string): string {
  return [
    `Private messages: ${status.phase}`,
    ...(status.number ? [`Number: ${formatNumber(status.number)}`] : []),
    ...(status.server ? [`Service: ${status.server}`] : []),
    ...operatorSentences(status.operator),
    ...(status.serviceEnds ? [serviceEndsSentence(status.serviceEnds)] : []),
    ...(status.ending ? [endingSentence(status.ending, timeZone)] : []),
    ...(status.setBack ? [setBackSentence(status.setBack, timeZone)] : []),
    ...(status.purposes.includes("sms-relay") ? ["SMS: sent by the service"] : []),
    ...(status.policyChanged ? ["The policy changed: turn on again to answer."] : []),
    ...(status.queued > 0 ? [`Texts waiting for a connection: ${status.queued}`] : []),
  ].join("\n");
}

/** What whoever runs the service says, as a claim of theirs. */
export function operatorSentences(operator: OperatorWords | undefined): readonly string[] {
  const { name, imprint, policySupplement } = operator ?? {};
  return [
    ...(name ? [`It calls itself: ${printableLine(name)}`] : []),
    ...(imprint ? [`It says who runs it:\n    ${printableText(imprint)}`] : []),
    ...(policySupplement
      ? [`It says beside the policy:\n    ${printableText(policySupplement)}`]
      : []),
  ];
}

/** In UTC, as it was signed: a day of its own, not of a place. */
function serviceEndsSentence({ on, message }: ServiceEnds): string {
  const words = `This service ends on ${on.toISOString().slice(0, 10)}: from then on texts go by SMS.`;
  return message ? `${words}\nIt says:\n    ${printableText(message)}` : words;
}

function endingSentence({ reason, at }: AccountEnded, timeZone: string): string {
  const words = {
    left: "it was turned off",
    "left-by-number": "whoever received a code by SMS turned it off",
    "taken-over": "another phone took over the number",
    other: "the service gives a reason that this version does not know",
  }[reason];
  return `Ended ${localTime(at, timeZone)}: ${words}.`;
}

/** Of a phone that was signed out, and turns on again. */
export const keysStaySentence =
  "Its keys stay the same, so nobody is warned. If somebody else may have a copy of this profile, say `off` and then `on`: that makes new keys.";

function setBackSentence(
  { at, waitsForOwner }: NonNullable<ProfileStatus["setBack"]>,
  timeZone: string,
): string {
  const next = waitsForOwner
    ? " It happened before in the last month: this phone waits until you say `assent begin-anew`."
    : "";
  return `Set back to an earlier state, noticed ${localTime(at, timeZone)}.${next}`;
}

export function ledgerSentence(
  { at, method, destination, size, holds, why }: LedgerLine,
  timeZone: string,
): string {
  return `${localTime(at, timeZone)} ${method} ${destination} ${size} B: ${holds}, ${why}`;
}

/** What the service stated when it deleted the account. */
export function receiptSentence(
  { deletedAt, lastDigits, deleted }: ReturnType<typeof receiptJson>,
  timeZone: string,
): string {
  const { records, tags, devices, keyPackages, envelopes } = deleted;
  const things = [
    counted(records, "directory record", "directory records"),
    counted(tags, "entry that says it can be reached", "entries that say it can be reached"),
    counted(devices, "device", "devices"),
    counted(keyPackages, "key for those who write first", "keys for those who write first"),
    counted(envelopes, "envelope that nobody had taken", "envelopes that nobody had taken"),
  ];
  return [
    `Private messages are off. The service states, signed, that on ${localTime(new Date(deletedAt), timeZone)}`,
    `it deleted of the number that ends in ${lastDigits}:`,
    ...things.map((thing) => `  ${thing}`),
    "Texts that others received stay with them; yours and your contacts stay here.",
  ].join("\n");
}

function counted(count: number, one: string, many: string): string {
  return `${count === 0 ? "no" : count} ${count === 1 ? one : many}`;
}
