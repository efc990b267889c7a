// One event: each of its items in the words of its declaration, then its fields, then exactly what was sent.
import type { LedgerLine } from "@assent/client";
import { hex } from "@assent/protocol";
import { type ReactNode, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { English } from "./english.tsx";
import { EventTitle } from "./event-list.tsx";
import type { LedgerEvent } from "./ledger-events.ts";
import { RawBytes } from "./raw-bytes.tsx";

interface EventSheetProps {
  readonly event: LedgerEvent;
  readonly onClose: () => void;
}

export function EventSheet({ event, onClose }: EventSheetProps) {
  const { words, exact, size, tag } = useLanguage();
  const { at, bytes, lines } = event;
  return (
    <Sheet open onClose={onClose} title={<EventTitle event={event} />}>
      <p className="hint">
        {exact(at)} · {words.ledgerItems(lines.length)} · {size(bytes)}
      </p>
      {tag !== "en" && <p className="hint">{words.ledgerInEnglish}</p>}
      <ul className="event-items">
        {lines.map((line) => (
          <li key={line.key}>
            <Item line={line} />
          </li>
        ))}
      </ul>
      <Button onClick={onClose}>{words.close}</Button>
    </Sheet>
  );
}

/** Its fields are laid out once somebody wants to see them: a day's connection has hundreds of items. */
function Item({ line }: { readonly line: LedgerLine }) {
  const { words, size } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="event-item" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="event-item-why">
          <English>{line.why}</English>
        </span>
        <span className="event-item-size">
          {line.size === 0 ? words.eventRequestOnly : size(line.size)}
        </span>
      </summary>
      {isOpen && <Fields line={line} />}
    </details>
  );
}

function Fields({ line }: { readonly line: LedgerLine }) {
  const { words, exact } = useLanguage();
  const { at, holds, readableBy, kept, purpose, lane, method, destination, size, body } = line;
  const laneName = lane === "account" ? words.ledgerLaneAccount : words.ledgerLaneAnonymous;
  const fields: [string, ReactNode][] = [
    [words.ledgerHolds, <English key="holds">{holds}</English>],
    [words.ledgerReadable, <English key="readable">{readableBy}</English>],
    [words.ledgerKept, <English key="kept">{kept}</English>],
    [words.ledgerPurpose, <English key="purpose">{purpose}</English>],
    [words.ledgerTo, <English key="to">{`${method} ${destination}`}</English>],
    [words.ledgerLane, laneName],
    // Of what is too long to be kept: what shows whether something else is the same.
    ...(body.kind === "digest"
      ? [["SHA-256", <English key="digest">{hex(body.sha256)}</English>] as [string, ReactNode]]
      : []),
  ];
  return (
    <div className="event-item-opened">
      <dl className="ledger-fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">
        {exact(at)} · {words.ledgerBytes(size)}
      </p>
      {body.kind === "whole" && size > 0 && <Raw body={body.bytes} />}
    </div>
  );
}

function Raw({ body }: { readonly body: Uint8Array }) {
  const words = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="raw" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.ledgerRaw}</summary>
      {isOpen && <RawBytes bytes={body} />}
    </details>
  );
}
