// The ledger as events: everything that left within the same moments stands together, under what the owner did then. No item
// is dropped by grouping: the items of all events are the items that were grouped.
import type { LedgerLine } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { classOf } from "../phone/ledger-class.ts";

export type LedgerEventKind = "turned-on" | "turned-off" | "texts" | "finding" | "connected";

export interface LedgerEvent {
  readonly key: string;
  /** Of its newest item. */
  readonly at: Date;
  readonly kind: LedgerEventKind;
  /** Whom the owner texted in these moments, each once. Empty where that is not known. */
  readonly texted: readonly PhoneNumber[];
  readonly bytes: number;
  /** Newest first. */
  readonly lines: readonly LedgerLine[];
}

/** A text of the owner's own that went over the service, privately or for it to send as an SMS. */
export interface OwnText {
  readonly number: PhoneNumber;
  readonly sentAt: Date;
}

// What is further apart was another moment.
const momentMs = 3_000;
// Whoever turns on waits for an SMS, and types its code while it is good.
const joiningMs = 600_000;
// A text is stored before anything of it leaves.
const beforeMs = 3_000;

/** @param lines newest first. */
export function eventsOf(lines: readonly LedgerLine[], sent: readonly OwnText[]): LedgerEvent[] {
  const moments: LedgerLine[][] = [];
  for (const line of lines) {
    const last = moments.at(-1);
    if (last && isOfMoment(last, line)) last.push(line);
    else moments.push([line]);
  }
  return oneADay(moments.map((moment) => eventOf(moment, sent)));
}

function isOfMoment(moment: readonly LedgerLine[], line: LedgerLine): boolean {
  const newer = moment.at(-1);
  const act = actOf(line);
  const isJoining = act === "joined" && moment.some((one) => actOf(one) === "joined");
  const apartMs = isJoining ? joiningMs : momentMs;
  if (!newer || newer.at.getTime() - line.at.getTime() > apartMs) return false;
  // Who texts right after turning on did two things.
  return act === undefined || moment.every((one) => (actOf(one) ?? act) === act);
}

const joining = ["start-registration", "verify-code", "create-account"];
const leaving = ["delete-account", "delete-by-claim"];

function actOf({ declaration }: LedgerLine): "joined" | "left" | "texted" | undefined {
  if (joining.includes(declaration)) return "joined";
  if (leaving.includes(declaration)) return "left";
  return classOf(declaration) === "keys" ? undefined : "texted";
}

function eventOf(lines: readonly LedgerLine[], sent: readonly OwnText[]): LedgerEvent {
  const [newest, oldest] = [lines[0] as LedgerLine, lines.at(-1) as LedgerLine];
  const kind = kindOf(lines);
  const texted =
    kind === "texts"
      ? sent
          .filter(
            ({ sentAt }) =>
              sentAt.getTime() >= oldest.at.getTime() - beforeMs && sentAt <= newest.at,
          )
          .map(({ number }) => number)
      : [];
  return {
    key: newest.key,
    at: newest.at,
    kind,
    texted: [...new Set(texted)],
    bytes: lines.reduce((bytes, { size }) => bytes + size, 0),
    lines,
  };
}

function kindOf(lines: readonly LedgerLine[]): LedgerEventKind {
  const acts = new Set(lines.map(actOf));
  if (acts.has("left")) return "turned-off";
  if (acts.has("joined")) return "turned-on";
  if (!acts.has("texted")) return "connected";
  return lines.some(({ declaration }) => classOf(declaration) === "texts") ? "texts" : "finding";
}

/** What keeps the phone connected is one event a day, where the newest of it stands. */
function oneADay(events: readonly LedgerEvent[]): LedgerEvent[] {
  const ofDay = new Map<string, LedgerEvent>();
  for (const event of events) {
    const day = event.kind === "connected" ? event.at.toDateString() : event.key;
    const newer = ofDay.get(day);
    ofDay.set(
      day,
      newer
        ? {
            ...newer,
            bytes: newer.bytes + event.bytes,
            lines: [...newer.lines, ...event.lines],
          }
        : event,
    );
  }
  return [...ofDay.values()];
}
