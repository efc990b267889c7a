// What left this device: how much in all, event by event, and what this list cannot show.
import { Download, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { ledgerClasses } from "../phone/ledger-class.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { EventList } from "./event-list.tsx";
import { EventSheet } from "./event-sheet.tsx";
import { eventsOf, type LedgerEvent } from "./ledger-events.ts";
import { saveLedger } from "./ledger-file.ts";
import { CannotShow, LedgerSummary } from "./ledger-summary.tsx";
import { type LedgerKind, useLedger } from "./ledger-window.ts";
import "./what-left.css";

export default function WhatLeft() {
  const words = useWords();
  const [kind, setKind] = useState<LedgerKind>("all");
  const [opened, setOpened] = useState<LedgerEvent>();
  const { window, problem, showOlder } = useLedger(kind);
  const events = useMemo(() => (window ? eventsOf(window.lines, window.sent) : []), [window]);
  return (
    <Screen title={words.ledgerTitle} backTo={places.list}>
      <div className="stack">
        {problem && (
          <p className="problem" role="alert">
            {words.errors[problem]}
          </p>
        )}
        {!window && !problem && <p role="status">{words.loading}</p>}
        {window && <LedgerSummary totals={window.totals} days={window.days} />}
        {window && <CannotShow />}
        {window && window.totals.items > 0 && (
          <>
            <Kinds kind={kind} onKind={setKind} />
            <EventList events={events} onOpen={setOpened} />
            <p className="hint">{words.ledgerGrouped}</p>
            {window.hasOlder && <Button onClick={showOlder}>{words.ledgerMore}</Button>}
            <Controls />
          </>
        )}
      </div>
      {opened && (
        <EventSheet key={opened.key} event={opened} onClose={() => setOpened(undefined)} />
      )}
    </Screen>
  );
}

interface KindsProps {
  readonly kind: LedgerKind;
  readonly onKind: (kind: LedgerKind) => void;
}

function Kinds({ kind, onKind }: KindsProps) {
  const words = useWords();
  const names: Readonly<Record<LedgerKind, string>> = {
    all: words.ledgerAll,
    texts: words.ledgerOnlyTexts,
    finding: words.ledgerOnlyFinding,
    keys: words.ledgerOnlyKeys,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent
    <div className="ledger-kinds" role="group" aria-label={words.ledgerFilter}>
      {(["all", ...ledgerClasses] as const).map((one) => (
        <button
          key={one}
          type="button"
          className="filter"
          aria-pressed={one === kind}
          onClick={() => onKind(one)}
        >
          {names[one]}
        </button>
      ))}
    </div>
  );
}

function Controls() {
  const words = useWords();
  const exporting = useAttempt();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <div className="ledger-controls">
        <Button aria-disabled={exporting.isUnderway} onClick={() => exporting.run(saveLedger)}>
          <Download aria-hidden="true" size={18} />
          {words.ledgerExport}
        </Button>
        <Button onClick={() => setAsking(true)}>
          <Trash2 aria-hidden="true" size={18} />
          {words.ledgerClear}
        </Button>
      </div>
      <Problem attempt={exporting} />
      <ClearSheet open={isAsking} onClose={() => setAsking(false)} />
    </>
  );
}

interface ClearSheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

function ClearSheet({ open, onClose }: ClearSheetProps) {
  const words = useWords();
  const clearing = useAttempt();
  const clear = async () => {
    await phone.clearLedger();
    onClose();
  };
  return (
    <Sheet open={open} onClose={onClose} title={words.ledgerClearTitle}>
      <p>{words.ledgerClearHint}</p>
      <Problem attempt={clearing} />
      <Answers
        yes={words.ledgerClear}
        no={words.cancel}
        onYes={() => clearing.run(clear)}
        onNo={onClose}
        isUnderway={clearing.isUnderway}
      />
    </Sheet>
  );
}
