// The items of the ledger, newest first, day by day. Rows out of sight are in the page but not drawn.
import type { LedgerLine } from "@assent/client";
import { Clock } from "lucide-react";
import { useLanguage } from "../language/language.ts";
import { English } from "./english.tsx";

interface LedgerListProps {
  readonly lines: readonly LedgerLine[];
  readonly onOpen: (line: LedgerLine) => void;
}

export function LedgerList({ lines, onOpen }: LedgerListProps) {
  const { day } = useLanguage();
  return daysOf(lines).map(({ at, linesOfDay }) => (
    <section className="ledger-day" key={at.toDateString()}>
      <h2>{day(at)}</h2>
      <ul>
        {linesOfDay.map((line) => (
          <li key={line.key}>
            <Row line={line} onOpen={() => onOpen(line)} />
          </li>
        ))}
      </ul>
    </section>
  ));
}

interface RowProps {
  readonly line: LedgerLine;
  readonly onOpen: () => void;
}

function Row({ line, onOpen }: RowProps) {
  const { words, time } = useLanguage();
  const { at, why, destination, size, kept } = line;
  return (
    <button type="button" className="ledger-row" aria-haspopup="dialog" onClick={onOpen}>
      <span className="ledger-why">
        <English>{why}</English>
      </span>
      <span className="ledger-time">{time(at)}</span>
      <span className="ledger-to">
        <bdi dir="ltr">{placeOf(destination)}</bdi>
      </span>
      <span className="ledger-size">{words.ledgerBytes(size)}</span>
      <span className="ledger-kept">
        <Clock aria-hidden="true" size={14} />
        <span>
          <span className="visually-hidden">
            {words.ledgerKept}
            {words.colonAfter}
          </span>
          <English>{kept}</English>
        </span>
      </span>
    </button>
  );
}

/** Where it went, without what all destinations begin with. */
function placeOf(destination: string): string {
  const { host, pathname, search } = new URL(destination);
  return `${host}${pathname}${search}`;
}

interface Day {
  readonly at: Date;
  readonly linesOfDay: LedgerLine[];
}

/** @param lines in order. */
function daysOf(lines: readonly LedgerLine[]): Day[] {
  const days: Day[] = [];
  for (const line of lines) {
    const last = days.at(-1);
    if (last?.at.toDateString() === line.at.toDateString()) last.linesOfDay.push(line);
    else days.push({ at: line.at, linesOfDay: [line] });
  }
  return days;
}
