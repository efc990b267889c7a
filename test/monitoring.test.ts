// deploy/monitoring: what is asked there is told by a service, and each alert comes when it should and not before. Prometheus
// itself is asked where it is there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { missingForPromtool } from "../scripts/debian-packages.mjs";
import { TestServer } from "./network.ts";

const monitoring = fileURLToPath(new URL("../deploy/monitoring/", import.meta.url));
const alerts = await readFile(join(monitoring, "alerts.yml"), "utf8");
const dashboard = JSON.parse(
  await readFile(join(monitoring, "grafana-dashboard.json"), "utf8"),
) as {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
};
const drawn = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const folder = await mkdtemp(join(tmpdir(), "assent-monitoring-"));
after(() => rm(folder, { recursive: true, force: true }));

const missing = missingForPromtool();
const skip = missing.length > 0 ? `no promtool: apt-get install ${missing.join(" ")}` : false;

function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync("promtool", args, { encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

async function written(name: string, json: object): Promise<string> {
  const file = join(folder, name);
  // JSON is YAML.
  await writeFile(file, JSON.stringify(json));
  return file;
}

test("what alerts and dashboard ask for, a service tells", async (context) => {
  const server = await TestServer.start(context, {
    transport: "fake",
    environment: { ASSENT_METRICS_PORT: "0" },
  });
  const [, origin] = /"metrics":"(http:[^"]+)"/.exec(server.log) ?? [];
  const text = await (await fetch(`${origin}/metrics`)).text();
  const told = new Set(text.match(/(?<=^# TYPE )\S+/gm));
  const asked = new Set(
    `${alerts} ${drawn.join(" ")}`.match(/\b(?:assent|process|nodejs)_[a-z0-9_]+/g),
  );
  assert.ok(asked.size > 15);
  assert.deepEqual(
    [...asked].filter((name) => !told.has(name)),
    [],
  );
});

test("of SMS, codes alone are held against what may go out in a day", () => {
  const codesOfADay = 'sum(increase(assent_sms_total{for="code"}[1d]))';
  assert.ok(alerts.includes(`${codesOfADay} > 0.8 * max(assent_sms_per_day)`));
  const beside = dashboard.panels.find(({ targets }) =>
    targets.some(({ expr }) => expr === "assent_sms_per_day"),
  );
  assert.ok(beside?.targets.some(({ expr }) => expr === codesOfADay));
});

const outside = 'job="assent-outside"';
const steady = "1+0x90";

/** Of each alert, series under which it is there in the end, and series under which it is not. */
const cases: Record<string, readonly [Record<string, string>, Record<string, string>]> = {
  AssentAway: [{ 'up{job="assent"}': "0+0x90" }, { 'up{job="assent"}': steady }],
  AssentSmsFailing: [
    {
      'assent_sms_total{for="code",outcome="accepted"}': "0+2x90",
      'assent_sms_total{for="device",outcome="unavailable"}': "0+1x90",
    },
    {
      'assent_sms_total{for="code",outcome="accepted"}': "0+9x90",
      'assent_sms_total{for="code",outcome="unavailable"}': "0+1x90",
    },
  ],
  AssentSmsAway: [
    { 'assent_sms_ready{of="main"}': "1+0x60 0+0x30", 'assent_sms_ready{of="spare"}': steady },
    { 'assent_sms_ready{of="main"}': "1+0x88 0+0x2", 'assent_sms_ready{of="spare"}': steady },
  ],
  AssentCodesNotProved: [
    { assent_codes_sent_total: "0+4x90", assent_codes_proved_total: "0+1x90" },
    { assent_codes_sent_total: "0+4x90", assent_codes_proved_total: "0+3x90" },
  ],
  AssentSmsNearlyUsedUp: [
    {
      'assent_sms_total{for="code",outcome="accepted"}': "0+10x90",
      assent_sms_per_day: "900+0x90",
    },
    {
      'assent_sms_total{for="code",outcome="accepted"}': "0+5x90",
      'assent_sms_total{for="device",outcome="accepted"}': "0+10x90",
      assent_sms_per_day: "900+0x90",
    },
  ],
  AssentDiskFails: [{ assent_disk_well: "0+0x90" }, { assent_disk_well: steady }],
  AssentDiskFilling: [
    { 'assent_disk_bytes{of="all"}': "100+0x90", 'assent_disk_bytes{of="free"}': "9+0x90" },
    { 'assent_disk_bytes{of="all"}': "100+0x90", 'assent_disk_bytes{of="free"}': "11+0x90" },
  ],
  AssentCertificateEnds: [
    { [`probe_ssl_earliest_cert_expiry{${outside}}`]: `${13 * 86_400}+0x90` },
    { [`probe_ssl_earliest_cert_expiry{${outside}}`]: `${30 * 86_400}+0x90` },
  ],
  AssentNotReachable: [
    { [`probe_success{${outside}}`]: "0+0x90" },
    { [`probe_success{${outside}}`]: steady },
  ],
  AssentClockInDoubt: [
    { assent_destruction_paused: steady },
    { assent_destruction_paused: "0+0x90" },
  ],
  AssentRootKeyHere: [{ assent_root_key_here: "1+0x200" }, { assent_root_key_here: "0+0x200" }],
  AssentBusy: [
    { 'process_cpu_seconds_total{job="assent"}': "0+57x90" },
    { 'process_cpu_seconds_total{job="assent"}': "0+30x90" },
  ],
};

test("each alert comes when it should, and not before", { skip }, async () => {
  const named = alerts.match(/(?<=alert: )\w+/g) ?? [];
  assert.deepEqual(named.sort(), Object.keys(cases).sort());
  const rows = Object.entries(cases).flatMap(([alert, [when, otherwise]]) => [
    row(alert, when, true),
    row(alert, otherwise, false),
  ]);
  const asked = (tests: readonly object[], interval: string) => ({
    rule_files: [join(monitoring, "alerts.yml")],
    evaluation_interval: interval,
    tests,
  });
  // One waits for a week, which is long to look at minute by minute.
  const isSlow = ({ interval }: { readonly interval: string }) => interval === "1h";
  for (const [interval, some] of Object.entries({
    "1m": rows.filter((one) => !isSlow(one)),
    "1h": rows.filter(isSlow),
  })) {
    const file = await written(`alerts-${interval}.json`, asked(some, interval));
    const { status, said } = promtool("test", "rules", file);
    assert.equal(status, 0, said);
  }
  const wrong = asked([row("AssentDiskFails", { assent_disk_well: steady }, true)], "1m");
  assert.notEqual(promtool("test", "rules", await written("wrong.json", wrong)).status, 0);
});

function row(alert: string, series: Readonly<Record<string, string>>, comes: boolean) {
  const isSlow = alert === "AssentRootKeyHere";
  return {
    interval: isSlow ? "1h" : "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
        eval_time: isSlow ? "170h" : "80m",
        exp_samples: comes ? [{ labels: "{}", value: 1 }] : [],
      },
    ],
  };
}

test("Prometheus takes its configuration, and every figure that is drawn", { skip }, async () => {
  const { status, said } = promtool("check", "config", join(monitoring, "prometheus.yml"));
  assert.equal(status, 0, said);
  const rules = (exprs: readonly string[]) => ({
    groups: [{ name: "drawn", rules: exprs.map((expr, at) => ({ record: `drawn_${at}`, expr })) }],
  });
  const good = promtool("check", "rules", await written("drawn.json", rules(drawn)));
  assert.equal(good.status, 0, good.said);
  assert.notEqual(promtool("check", "rules", await written("bad.json", rules(["sum("]))).status, 0);
});
