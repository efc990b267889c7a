// What left this device: how much in all, each item, and what this list cannot show.
import type { LedgerLine } from "@assent/client";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { KindSelect } from "./kind-select.tsx";
import { saveLedger } from "./ledger-file.ts";
import { LedgerItem } from "./ledger-item.tsx";
import { LedgerList } from "./ledger-list.tsx";
import { LedgerSummary } from "./ledger-summary.tsx";
import { type LedgerKind, useLedger } from "./ledger-window.ts";
import "./what-left.css";

export default function WhatLeft() {
  const { tag, words } = useLanguage();
  const [kind, setKind] = useState<LedgerKind>("all");
  const [opened, setOpened] = useState<LedgerLine>();
  const { window, problem, showOlder } = useLedger(kind);
  return (
    <Screen title={words.ledgerTitle} backTo={places.list}>
      <div className="stack">
        {problem && (
          <p className="problem" role="alert">
            {words.errors[problem]}
          </p>
        )}
        {!window && !problem && <p role="status">{words.loading}</p>}
        {window && <LedgerSummary totals={window.totals} />}
        {window && window.totals.items > 0 && (
          <>
            <Controls kind={kind} onKind={setKind} />
            {tag !== "en" && <p className="hint">{words.ledgerInEnglish}</p>}
            <LedgerList lines={window.lines} onOpen={setOpened} />
            {window.hasOlder && <Button onClick={showOlder}>{words.ledgerMore}</Button>}
          </>
        )}
      </div>
      <LedgerItem line={opened} onClose={() => setOpened(undefined)} />
    </Screen>
  );
}

interface ControlsProps {
  readonly kind: LedgerKind;
  readonly onKind: (kind: LedgerKind) => void;
}

function Controls({ kind, onKind }: ControlsProps) {
  const words = useWords();
  const exporting = useAttempt();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <div className="ledger-controls">
        <KindSelect kind={kind} onChoose={onKind} />
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
