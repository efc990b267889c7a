// What is counted while the service runs, and a line of it a minute: what was refused and why, SMS by calling code, what is
// open, memory. By it whoever looks after the service sees an attack; nobody is in it. Of a calling code a few SMS could be
// one person's: they are told together.
import type { WireErrorCode } from "@assent/protocol";
import type { CallingCode } from "../limits/calling-code.ts";
import type { Counts, Log } from "../log.ts";
import type { Delivered } from "../push/deliver.ts";
import type { SmsOutcome, SmsReport } from "../sms/transport.ts";

/** What an SMS is sent for. Those with a code and those for devices without a SIM each have a share of the day of their own. */
export const smsPurposes = ["code", "device"] as const;
export type SmsPurpose = (typeof smsPurposes)[number];
const smsOutcomes: readonly SmsOutcome["kind"][] = [
  "accepted",
  "unknown",
  "refused",
  "unavailable",
];

export interface ServiceCounts {
  /** An answer was this refusal. */
  refused(code: WireErrorCode): void;
  /** With a code. */
  smsSent(callingCode: CallingCode): void;
  /** For a device without a SIM; a long text is several. */
  smsRelayed(parts: number): void;
  /** Of any SMS, what the transport said of it. */
  smsEnded(purpose: SmsPurpose, outcome: SmsOutcome["kind"]): void;
  /** What a provider said of one later. */
  smsReported(report: SmsReport): void;
  /** Somebody wrote to the service's own number. */
  smsReceived(): void;
  codeProved(): void;
  envelopeStored(): void;
  /** What a push service said of a push. */
  pushPosted(outcome: Delivered["kind"]): void;
  /** What was counted since the last time. */
  take(): CountsOfMinute;
  /** What was counted since the start. */
  totals(): TotalCounts;
}

export interface TotalCounts {
  readonly refused: ReadonlyMap<WireErrorCode, number>;
  /** For whoever publishes it: a few of one calling code could be one person's. */
  readonly codesSent: ReadonlyMap<CallingCode, number>;
  readonly codesProved: number;
  readonly sms: Readonly<Record<SmsPurpose, ReadonlyMap<SmsOutcome["kind"], number>>>;
  readonly smsReports: ReadonlyMap<SmsReport, number>;
  readonly smsReceived: number;
  readonly smsRelayed: number;
  readonly envelopesStored: number;
  readonly pushes: ReadonlyMap<Delivered["kind"], number>;
}

export interface CountsOfMinute {
  /** By code of the error table. */
  readonly refused: Counts;
  /** By calling code, but for those that were too few: these are `others`. */
  readonly sms: Counts;
}

/** Fewer of one calling code are not told by themselves. */
export const leastOfCallingCode = 10;

export function createServiceCounts(): ServiceCounts {
  let refusals = new Map<WireErrorCode, number>();
  let sms = new Map<CallingCode, number>();
  const allRefusals = new Map<WireErrorCode, number>();
  const allCodes = new Map<CallingCode, number>();
  // Told from the start: a figure that begins with the first of its kind does not increase by it.
  const none = smsOutcomes.map((outcome) => [outcome, 0] as const);
  const outcomes = { code: new Map(none), device: new Map(none) };
  const reports = new Map<SmsReport, number>();
  const pushes = new Map<Delivered["kind"], number>();
  let smsReceived = 0;
  let smsRelayed = 0;
  let codesProved = 0;
  let envelopesStored = 0;

  return {
    refused(code) {
      addOne(refusals, code);
      addOne(allRefusals, code);
    },
    smsSent(callingCode) {
      addOne(sms, callingCode);
      addOne(allCodes, callingCode);
    },
    smsRelayed(parts) {
      smsRelayed += parts;
    },
    smsEnded: (purpose, outcome) => addOne(outcomes[purpose], outcome),
    smsReported: (report) => addOne(reports, report),
    smsReceived() {
      smsReceived += 1;
    },
    codeProved() {
      codesProved += 1;
    },
    envelopeStored() {
      envelopesStored += 1;
    },
    pushPosted: (outcome) => addOne(pushes, outcome),
    totals: () => ({
      refused: allRefusals,
      codesSent: allCodes,
      codesProved,
      sms: outcomes,
      smsReports: reports,
      smsReceived,
      smsRelayed,
      envelopesStored,
      pushes,
    }),
    take() {
      const taken = { refused: Object.fromEntries(refusals), sms: foldFew(sms) };
      refusals = new Map();
      sms = new Map();
      return taken;
    },
  };
}

function addOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function foldFew(counts: ReadonlyMap<CallingCode, number>): Counts {
  const told: Record<string, number> = {};
  let others = 0;
  for (const [callingCode, count] of counts) {
    if (count >= leastOfCallingCode) told[callingCode] = count;
    else others += count;
  }
  return others > 0 ? { ...told, others } : told;
}

export interface CountsLine {
  /** The last line: what was counted since the one before. */
  stop(): void;
}

export function startCountsLine(parts: {
  readonly counts: Pick<ServiceCounts, "take">;
  /** Of what is open, by what it is. */
  readonly sockets: () => Counts;
  readonly everyMs: number;
  readonly log: Pick<Log, "info">;
}): CountsLine {
  function tell(): void {
    const { rss, heapUsed } = process.memoryUsage();
    const memoryMb = { all: inMb(rss), heap: inMb(heapUsed) };
    parts.log.info("the last minute", {
      ...parts.counts.take(),
      sockets: parts.sockets(),
      memoryMb,
    });
  }
  const timer = setInterval(tell, parts.everyMs).unref();
  return {
    stop() {
      clearInterval(timer);
      tell();
    },
  };
}

function inMb(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
