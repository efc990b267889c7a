// One event: each of its items in the words of its declaration, then its fields, then exactly what was sent.
import type { LedgerLine } from "@assent/client";
import { hex, isPurpose } from "@assent/protocol";
import { type ReactNode, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Sheet } from "../elements/sheet.tsx";
import {
  type DeclaredWords,
  say,
  sayHolds,
  useDeclaredWords,
} from "../language/declared/declared-words.ts";
import { useLanguage, useWords } from "../language/language.ts";
import { EventTitle } from "./event-list.tsx";
import type { LedgerEvent } from "./ledger-events.ts";
import { RawBytes } from "./raw-bytes.tsx";

interface EventSheetProps {
  readonly event: LedgerEvent;
  readonly onClose: () => void;
}

export function EventSheet({ event, onClose }: EventSheetProps) {
  const { words, exact, size } = useLanguage();
  const declared = useDeclaredWords();
  const { at, bytes, lines } = event;
  return (
    <Sheet open onClose={onClose} title={<EventTitle event={event} />}>
      <p className="hint">
        {exact(at)} · {words.ledgerItems(lines.length)} · {size(bytes)}
      </p>
      {declared && (
        <ul className="event-items">
          {lines.map((line) => (
            <li key={line.key}>
              <Item line={line} declared={declared} />
            </li>
          ))}
        </ul>
      )}
      <Button onClick={onClose}>{words.close}</Button>
    </Sheet>
  );
}

interface ItemProps {
  readonly line: LedgerLine;
  readonly declared: DeclaredWords;
}

/** Its fields are laid out once somebody wants to see them: a day's connection has hundreds of items. */
function Item({ line, declared }: ItemProps) {
  const { words, size } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="event-item" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="event-item-why">
          <span>{say(declared, line.why)}</span>
        </span>
        <span className="event-item-size">
          {line.size === 0 ? words.eventRequestOnly : size(line.size)}
        </span>
      </summary>
      {isOpen && <Fields line={line} declared={declared} />}
    </details>
  );
}

function Fields({ line, declared }: ItemProps) {
  const { words, exact } = useLanguage();
  const { at, holds, readableBy, kept, purpose, lane, method, destination, size, body } = line;
  const laneName = lane === "account" ? words.ledgerLaneAccount : words.ledgerLaneAnonymous;
  const fields: [string, ReactNode][] = [
    [words.ledgerHolds, sayHolds(declared, holds)],
    [words.ledgerReadable, say(declared, readableBy)],
    [words.ledgerKept, say(declared, kept)],
    [words.ledgerPurpose, isPurpose(purpose) ? declared.purposes[purpose] : purpose],
    [words.ledgerTo, <LeftToRight key="to">{`${method} ${destination}`}</LeftToRight>],
    [words.ledgerLane, laneName],
    // Of what is too long to be kept: what shows whether something else is the same.
    ...(body.kind === "digest"
      ? [
          ["SHA-256", <LeftToRight key="digest">{hex(body.sha256)}</LeftToRight>] as [
            string,
            ReactNode,
          ],
        ]
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

/** An address or figures, whatever way the language runs. */
function LeftToRight({ children }: { readonly children: string }) {
  return <bdi dir="ltr">{children}</bdi>;
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
