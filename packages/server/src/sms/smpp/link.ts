// Keeps a session with one SMSC: binds, and again after each end, later each time it fails. Whoever wants to submit gets
// the session that stands, or hears soon that there is none.
import { type After, pause } from "../../after.ts";
import type { SmsState, SmsTrouble } from "../transport.ts";
import type { Bound, SmppSession } from "./session.ts";

export interface LinkQuotas {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Who wants to submit waits so long for a session. */
  readonly patienceMs: number;
}

export interface Link {
  /** Undefined where none stands in good time. */
  session(): Promise<SmppSession | undefined>;
  /** ready: a session stands. Else why the last one ended, or did not begin. */
  state(): Extract<SmsState, "ready" | "not-known" | SmsTrouble>;
  close(): Promise<void>;
}

export function createLink(parts: {
  /** Rejects where nobody can be reached, or once `closing` is aborted. */
  readonly bind: (closing: AbortSignal) => Promise<Bound>;
  readonly quotas: LinkQuotas;
  readonly after: After;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly trouble: (what: SmsTrouble) => void;
}): Link {
  const { quotas, after } = parts;
  const waiting = new Set<(session: SmppSession | undefined) => void>();
  let current: SmppSession | undefined;
  let lastTrouble: SmsTrouble | undefined;
  const closing = new AbortController();

  function settleAll(session: SmppSession | undefined): void {
    for (const settle of [...waiting]) settle(session);
  }

  /** One session from its beginning to its end. */
  async function holdOne(): Promise<SmsTrouble> {
    const bound = await parts.bind(closing.signal).catch((): Bound => ({ kind: "ended" }));
    if (bound.kind === "refused") return "not-let-in";
    if (bound.kind === "ended") return "unreachable";
    if (closing.signal.aborted) {
      await bound.session.close();
      return "lost";
    }
    current = bound.session;
    settleAll(current);
    await current.ended;
    current = undefined;
    return "lost";
  }

  async function holdOn(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const trouble = await holdOne();
      if (closing.signal.aborted) return;
      lastTrouble = trouble;
      parts.trouble(trouble);
      failures = trouble === "lost" ? 0 : failures + 1;
      const longestMs = Math.min(quotas.firstPauseMs * 2 ** failures, quotas.longestPauseMs);
      // Half of it by chance: those who lost the same SMSC do not all come back at once.
      await pause((longestMs * (1 + parts.random())) / 2, after, closing.signal);
    }
  }

  const held = holdOn();
  return {
    session() {
      if (closing.signal.aborted) return Promise.resolve(undefined);
      if (current) return Promise.resolve(current);
      return new Promise((resolve) => {
        const settle = (session: SmppSession | undefined) => {
          waiting.delete(settle);
          forget();
          resolve(session);
        };
        const forget = after(quotas.patienceMs, () => settle(undefined));
        waiting.add(settle);
      });
    },
    state: () => (current ? "ready" : (lastTrouble ?? "not-known")),
    async close() {
      closing.abort();
      settleAll(undefined);
      await current?.close();
      await held;
    },
  };
}
