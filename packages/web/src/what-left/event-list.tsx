// The events of the ledger, newest first, day by day: what the owner did, how much left for it, and until when it is kept.
import type { PhoneNumber } from "@assent/protocol";
import { ChevronRight, KeyRound, Power, Search, Unplug } from "lucide-react";
import { useShownName } from "../conversations/shown-name.ts";
import { Avatar } from "../elements/avatar.tsx";
import type { Catalogue } from "../language/en.ts";
import { useLanguage, useWords } from "../language/language.ts";
import type { LedgerEvent } from "./ledger-events.ts";

interface EventListProps {
  readonly events: readonly LedgerEvent[];
  readonly onOpen: (event: LedgerEvent) => void;
}

export function EventList({ events, onOpen }: EventListProps) {
  const { words, day } = useLanguage();
  const today = new Date().toDateString();
  return daysOf(events).map(({ at, eventsOfDay }) => (
    <section className="ledger-day" key={at.toDateString()}>
      <h2>{at.toDateString() === today ? words.today : day(at)}</h2>
      <ul>
        {eventsOfDay.map((event) => (
          <li key={event.key}>
            <Row event={event} onOpen={() => onOpen(event)} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

interface RowProps {
  readonly event: LedgerEvent;
  readonly onOpen: () => void;
}

function Row({ event, onOpen }: RowProps) {
  const { words, time, size } = useLanguage();
  const { at, bytes, lines, kind } = event;
  return (
    <button type="button" className="event-row" aria-haspopup="dialog" onClick={onOpen}>
      <EventSign event={event} />
      <span className="event-title">
        <EventTitle event={event} />
      </span>
      <time className="event-time" dateTime={at.toISOString()}>
        {time(at)}
      </time>
      <ChevronRight className="event-way" aria-hidden="true" size={18} />
      <span className="event-what">
        {words.ledgerItems(lines.length)} · {bytes === 0 ? words.eventRequestOnly : size(bytes)}
        {kind === "connected" && ` · ${words.eventConnectedHint}`}
      </span>
    </button>
  );
}

function EventSign({ event: { kind, texted } }: { readonly event: LedgerEvent }) {
  const [number] = texted;
  if (number && texted.length === 1) return <Whose number={number} />;
  const Sign = {
    texts: KeyRound,
    finding: Search,
    connected: Unplug,
    "turned-on": Power,
    "turned-off": Power,
  }[kind];
  return (
    <span className="event-sign" aria-hidden="true">
      <Sign size={20} />
    </span>
  );
}

function Whose({ number }: { readonly number: PhoneNumber }) {
  return <Avatar name={useShownName(number)} number={number} />;
}

export function EventTitle({ event: { kind, texted } }: { readonly event: LedgerEvent }) {
  const words = useWords();
  const [number] = texted;
  if (number && texted.length === 1) return <Texted number={number} />;
  return texted.length > 1 ? words.eventTextedMany : titleOf(words, kind);
}

function Texted({ number }: { readonly number: PhoneNumber }) {
  return useWords().eventTexted(useShownName(number));
}

function titleOf(words: Catalogue, kind: LedgerEvent["kind"]): string {
  switch (kind) {
    case "texts":
      return words.eventSealed;
    case "finding":
      return words.eventFinding;
    case "connected":
      return words.eventConnected;
    case "turned-on":
      return words.eventOn;
    case "turned-off":
      return words.eventOff;
  }
}

interface Day {
  readonly at: Date;
  readonly eventsOfDay: LedgerEvent[];
}

/** @param events in order. */
function daysOf(events: readonly LedgerEvent[]): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const last = days.at(-1);
    if (last?.at.toDateString() === event.at.toDateString()) last.eventsOfDay.push(event);
    else days.push({ at: event.at, eventsOfDay: [event] });
  }
  return days;
}
