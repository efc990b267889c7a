// The part of the ledger that is shown: the newest items of one class or of all, what the owner texted meanwhile, and how much
// there is in all. Read again when something left, but never so often that reading would keep the phone from its work.
import type { LedgerLine, LedgerTotals } from "@assent/client";
import type { ErrorCode } from "@assent/protocol";
import { useEffect, useState } from "react";
import { codeOf } from "../phone/error-code.ts";
import { classOf, type LedgerClass } from "../phone/ledger-class.ts";
import type { LedgerDay } from "../phone/ledger-days.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import type { OwnText } from "./ledger-events.ts";
import { ledgerPages } from "./ledger-pages.ts";

export type LedgerKind = LedgerClass | "all";

interface LedgerWindow {
  readonly totals: LedgerTotals;
  /** Oldest first. */
  readonly days: readonly LedgerDay[];
  /** Newest first. */
  readonly lines: readonly LedgerLine[];
  readonly sent: readonly OwnText[];
  readonly hasOlder: boolean;
}

export interface FollowedLedger {
  /** Undefined until it was read. */
  readonly window: LedgerWindow | undefined;
  readonly problem: ErrorCode | undefined;
  showOlder(): void;
}

const shownAtOnce = 100;
const chartDays = 14;
// Whom one texts on the days that are shown: of each thread, its newest texts.
const textsLooked = 60;
const threadsLooked = 40;
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
  const [totals, days] = await Promise.all([phone.ledgerTotals(), phone.ledgerDays(chartDays)]);
  const found: LedgerLine[] = [];
  for await (const page of ledgerPages()) {
    found.push(
      ...page.filter(({ declaration }) => kind === "all" || classOf(declaration) === kind),
    );
    if (found.length > wanted) break;
  }
  const lines = found.slice(0, wanted);
  const sent = await sentSince(lines.at(-1)?.at);
  return { totals, days, lines, sent, hasOlder: found.length > wanted };
}

/** What the owner texted by the service: read from the threads, as the ledger names nobody. */
async function sentSince(since: Date | undefined): Promise<OwnText[]> {
  if (!since) return [];
  const threads = usePhone
    .getState()
    .conversations.filter(({ newest }) => newest && newest.sentAt >= since)
    .slice(0, threadsLooked);
  const pages = await Promise.all(threads.map(({ number }) => phone.page(number, textsLooked)));
  return pages.flatMap(({ texts }) =>
    texts.filter(
      ({ outgoing, route, byService }) => outgoing && (route === "private" || byService),
    ),
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
