// The part of the ledger that is shown: the newest items, of one kind or of all, and how much there is in all. Read
// again when something left, but never so often that reading would keep the phone from its work.
import type { LedgerLine, LedgerTotals } from "@assent/client";
import type { DeclarationId, ErrorCode } from "@assent/protocol";
import { useEffect, useState } from "react";
import { codeOf } from "../phone/error-code.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { ledgerPages } from "./ledger-pages.ts";

export type LedgerKind = DeclarationId | "all";

interface LedgerWindow {
  readonly totals: LedgerTotals;
  /** Newest first. */
  readonly lines: readonly LedgerLine[];
  readonly hasOlder: boolean;
}

export interface FollowedLedger {
  /** Undefined until it was read. */
  readonly window: LedgerWindow | undefined;
  readonly problem: ErrorCode | undefined;
  showOlder(): void;
}

const shownAtOnce = 50;
const leastPauseMs = 300;
// Of the time that reading takes.
const pauseFactor = 4;

export function useLedger(kind: LedgerKind): FollowedLedger {
  const isOpen = usePhone(({ opening }) => opening === "open");
  const [window, setWindow] = useState<LedgerWindow>();
  const [problem, setProblem] = useState<ErrorCode>();
  const [wanted, setWanted] = useState(shownAtOnce);

  useEffect(() => {
    if (!isOpen) return;
    let hasEnded = false;
    let isReading = false;
    let readVersion: number | undefined;
    const readAgain = async () => {
      if (isReading) return;
      isReading = true;
      while (!hasEnded && readVersion !== usePhone.getState().ledgerVersion) {
        readVersion = usePhone.getState().ledgerVersion;
        const startedAt = performance.now();
        try {
          const read = await readWindow(kind, wanted);
          if (hasEnded) return;
          setWindow(read);
          setProblem(undefined);
        } catch (error) {
          setProblem(codeOf(error));
        }
        await pause(Math.max(leastPauseMs, pauseFactor * (performance.now() - startedAt)));
      }
      isReading = false;
    };
    void readAgain();
    const stop = usePhone.subscribe(() => void readAgain());
    return () => {
      hasEnded = true;
      stop();
    };
  }, [isOpen, kind, wanted]);

  return { window, problem, showOlder: () => setWanted((before) => before + shownAtOnce) };
}

async function readWindow(kind: LedgerKind, wanted: number): Promise<LedgerWindow> {
  const totals = await phone.ledgerTotals();
  const lines: LedgerLine[] = [];
  for await (const page of ledgerPages()) {
    lines.push(...page.filter(({ declaration }) => kind === "all" || declaration === kind));
    if (lines.length > wanted) break;
  }
  return { totals, lines: lines.slice(0, wanted), hasOlder: lines.length > wanted };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
