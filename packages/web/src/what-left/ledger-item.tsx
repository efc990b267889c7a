// One item of the ledger: what it declares about itself, and then exactly what was sent.
import type { LedgerLine } from "@assent/client";
import { hex } from "@assent/protocol";
import { type ReactNode, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { English } from "./english.tsx";
import { RawBytes } from "./raw-bytes.tsx";

interface LedgerItemProps {
  /** Undefined while none is open. */
  readonly line: LedgerLine | undefined;
  readonly onClose: () => void;
}

export function LedgerItem({ line, onClose }: LedgerItemProps) {
  const words = useWords();
  // While the sheet goes away, it still shows what it showed.
  const [shown, setShown] = useState(line);
  if (line && line !== shown) setShown(line);
  return (
    <Sheet open={line !== undefined} onClose={onClose} title={words.ledgerTitle}>
      {shown && <Fields line={shown} />}
      {shown?.body.kind === "whole" && shown.size > 0 && (
        <Raw key={shown.key} body={shown.body.bytes} />
      )}
      <Button onClick={onClose}>{words.close}</Button>
    </Sheet>
  );
}

function Fields({ line }: { readonly line: LedgerLine }) {
  const { words, exact } = useLanguage();
  const { at, holds, why, readableBy, kept, purpose, lane, method, destination, size, body } = line;
  const laneName = lane === "account" ? words.ledgerLaneAccount : words.ledgerLaneAnonymous;
  const fields: [string, ReactNode][] = [
    [words.ledgerHolds, <English key="holds">{holds}</English>],
    [words.ledgerWhy, <English key="why">{why}</English>],
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
    <>
      <p className="hint">
        {exact(at)} · {words.ledgerBytes(size)}
      </p>
      <dl className="ledger-fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Only laid out once somebody wants to see it. */
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
