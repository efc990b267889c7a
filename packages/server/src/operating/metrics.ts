// Figures for Prometheus: totals since the start, what is open now, the disk, the process. Nobody is in them: how many codes
// went to a calling code is told in whole tens, so that no single SMS to a small country shows.
import { statfs } from "node:fs/promises";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Counts } from "../log.ts";
import { takesNone } from "../sms/transport.ts";
import type { Health } from "./health.ts";
import type { ServiceStatus } from "./operating.ts";
import { leastOfCallingCode, smsPurposes, type TotalCounts } from "./service-counts.ts";

export interface Metrics {
  readonly contentType: string;
  /** As they are now. */
  text(): Promise<string>;
}

export interface MetricsParts {
  readonly totals: () => TotalCounts;
  /** Of what is open, by what it is. */
  readonly sockets: () => Counts;
  readonly health: () => Health;
  readonly status: () => Promise<
    Pick<ServiceStatus, "version" | "counts" | "rootKeyHere" | "destruction" | "sms">
  >;
  readonly smsPerDay: number;
  /** Absolute. */
  readonly dataDirectory: string;
}

// Gauges of the library's that are named as if they were totals; others of its own say the same.
const misnamed = ["handles", "requests", "resources"].map((of) => `nodejs_active_${of}_total`);

export function createMetrics(parts: MetricsParts): Metrics {
  const { totals, sockets, health, status } = parts;
  // Each service has a registry of its own: one process may hold several, in tests.
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);

  function total(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  function totalsBy(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [string, number]>,
  ): void {
    new Counter({
      name,
      help,
      registers,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [of, count] of read()) this.inc({ [label]: of }, count);
      },
    });
  }

  function gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  }

  totalsBy(
    "assent_refused_total",
    "Calls and requests that were refused, by code of the error table.",
    "code",
    () => totals().refused,
  );
  new Counter({
    name: "assent_sms_total",
    help: "SMS that a transport was given, for a code or for a device without a SIM, by what it said: accepted, unknown, refused, unavailable.",
    registers,
    labelNames: ["for", "outcome"],
    collect() {
      this.reset();
      for (const purpose of smsPurposes)
        for (const [outcome, count] of totals().sms[purpose])
          this.inc({ for: purpose, outcome }, count);
    },
  });
  totalsBy(
    "assent_sms_reports_total",
    "What providers said later of SMS that they took: delivered, failed.",
    "report",
    () => totals().smsReports,
  );
  total("assent_sms_received_total", "SMS that people wrote to the service.", () => {
    return totals().smsReceived;
  });
  total("assent_sms_relayed_total", "SMS that were handed over for devices without a SIM.", () => {
    return totals().smsRelayed;
  });
  total("assent_codes_sent_total", "SMS with a code that went out.", () => sum(totals().codesSent));
  totalsBy(
    "assent_codes_sent_by_calling_code_total",
    "The same by calling code, in whole tens.",
    "calling_code",
    () => inTens(totals().codesSent),
  );
  total("assent_codes_proved_total", "Codes that were typed in rightly.", () => {
    return totals().codesProved;
  });
  total("assent_envelopes_stored_total", "Envelopes that were taken, durably.", () => {
    return totals().envelopesStored;
  });
  totalsBy(
    "assent_pushes_total",
    "Pushes, by what the browser's push service said: taken, gone, refused, later.",
    "outcome",
    () => totals().pushes,
  );
  gauge(
    "assent_sms_per_day",
    "How many SMS with a code may go out in 24 hours.",
    () => parts.smsPerDay,
  );
  new Gauge({
    name: "assent_sockets",
    help: "Sockets that are open, by what they are.",
    registers,
    labelNames: ["of"],
    collect() {
      for (const [of, count] of Object.entries(sockets())) this.set({ of }, count);
    },
  });
  gauge("assent_disk_well", "0 for a minute after the disk took nothing.", () =>
    health().kind === "well" ? 1 : 0,
  );
  new Gauge({
    name: "assent_disk_bytes",
    help: "Of the disk that the data is on: its size, and what is free of it for the service.",
    registers,
    labelNames: ["of"],
    async collect() {
      const { bsize, blocks, bavail } = await statfs(parts.dataDirectory);
      this.set({ of: "all" }, blocks * bsize);
      this.set({ of: "free" }, bavail * bsize);
    },
  });
  const accounts = new Gauge({
    name: "assent_accounts",
    help: "Accounts that there are.",
    registers,
  });
  const rootKey = new Gauge({
    name: "assent_root_key_here",
    help: "1 where root.key is still beside the other keys.",
    registers,
  });
  const paused = new Gauge({
    name: "assent_destruction_paused",
    help: "1 where nothing is destroyed by age: the clock is in doubt.",
    registers,
  });
  const smsReady = new Gauge({
    name: "assent_sms_ready",
    help: "0 where a transport takes no SMS: it is lost, out of reach, does not let this service in, or rests.",
    registers,
    labelNames: ["of"],
  });
  const info = new Gauge({
    name: "assent_info",
    help: "Which version this is; always 1.",
    registers,
    labelNames: ["version"],
  });

  /** Asked once for all of them, and before any is told. */
  async function setByStatus(): Promise<void> {
    const { counts, rootKeyHere, destruction, sms, version } = await status();
    accounts.set(counts["accounts"] ?? 0);
    rootKey.set(rootKeyHere ? 1 : 0);
    paused.set(destruction === "paused" ? 1 : 0);
    for (const { name, state } of sms) smsReady.set({ of: name }, takesNone(state) ? 0 : 1);
    info.set({ version }, 1);
  }

  return {
    contentType: registry.contentType,
    async text() {
      await setByStatus();
      return registry.metrics();
    },
  };
}

function sum(counts: ReadonlyMap<string, number>): number {
  let all = 0;
  for (const count of counts.values()) all += count;
  return all;
}

function* inTens(counts: ReadonlyMap<string, number>): Generator<readonly [string, number]> {
  for (const [of, count] of counts) {
    const told = count - (count % leastOfCallingCode);
    if (told > 0) yield [of, told];
  }
}
