// The abuse drill: real services in processes of their own, attacked from this machine as from many networks, one way after
// the other; each must stop at what docs/threat-model.md says, and others must notice no more than it says.
import type { Lifetime } from "../network.ts";
import { fullMailbox, garbage, watching } from "./abuse/mailboxes.ts";
import { guesses, lookups, smsFloods } from "./abuse/numbers.ts";
import { startsWithoutWork } from "./abuse/pressure.ts";
import { type AbuseRow, describeRow } from "./abuse/row.ts";
import { sequences } from "./abuse/sequences.ts";
import { sockets } from "./abuse/sockets.ts";
import { keyPackages, recordedStarts } from "./abuse/starts.ts";

export interface AbuseDrill {
  readonly context: Lifetime;
  readonly isShort: boolean;
  readonly progress: (line: string) => void;
}

/** Those that do not hold. */
export async function abuseDrill({ context, isShort, progress }: AbuseDrill): Promise<AbuseRow[]> {
  const rows = [
    () => lookups(context),
    () => smsFloods(context),
    () => guesses(context),
    () => fullMailbox(context),
    () => watching(context, isShort ? 100 : 1_000),
    // Drawn anew each time: in a test, the same are.
    ...(isShort ? [] : [() => sequences(context, 300)]),
    () => garbage(context, isShort ? 40 : 500),
    // Few, beside other tests, are measured less exactly.
    () =>
      recordedStarts(
        context,
        isShort
          ? { opened: 200, mostForRefused: 4, leastNoticedMs: 2_000 }
          : { opened: 2_000, mostForRefused: 3, leastNoticedMs: 50 },
      ),
    () =>
      startsWithoutWork(
        context,
        isShort ? { many: 500, mostTimes: 30 } : { many: 1_250, mostTimes: 20 },
      ),
    () => keyPackages(context),
    () => sockets(context),
  ];
  const broken: AbuseRow[] = [];
  for (const attack of rows) {
    const row = await attack();
    progress(describeRow(row));
    if (row.faults.length > 0) broken.push(row);
  }
  return broken;
}
