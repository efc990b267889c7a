// A provider that goes away and comes back, as whoever looks after the service sees it: in the status, from the doctor, and in
// the figures.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { examineFolder, readFolders } from "../main.ts";
import { startTestServer } from "../server-for-tests.ts";
import { createTestSmsc } from "../sms/smpp/smsc-for-tests.ts";
import { askForStatus } from "./ask.ts";

/** An SMSC behind a door that is always there: while it is away, whoever comes is turned away. */
async function startSmsc(context: TestContext) {
  const lines = new Set<Socket>();
  let isAway = false;
  const door = createServer((line) => {
    if (isAway) return void line.destroy();
    lines.add(line);
    createTestSmsc(line);
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const hangUp = () => {
    for (const line of lines) line.destroy();
  };
  context.after(() => {
    door.close();
    hangUp();
  });
  return {
    url: `smpp://app@127.0.0.1:${(door.address() as AddressInfo).port}`,
    goAway() {
      isAway = true;
      hangUp();
    },
    comeBack: () => {
      isAway = false;
    },
  };
}

test("an SMSC that goes away and comes back is seen by status, doctor and figures", async (context) => {
  const smsc = await startSmsc(context);
  const folder = await mkdtemp(join(tmpdir(), "assent-routes-"));
  context.after(() => rm(folder, { recursive: true }));
  const routes = join(folder, "routes.json");
  // Of two, so that each is told by its name.
  const transports = { main: smsc.url, spare: "https://127.0.0.1:1/#template=vonage&from=Assent" };
  await writeFile(routes, JSON.stringify({ transports, routes: [{ by: ["main", "spare"] }] }));
  const environment = {
    ASSENT_METRICS_PORT: "0",
    ASSENT_SMS_USER_SPARE: "name",
    ASSENT_SMS_PASSWORD_SPARE: "secret12",
  };
  const server = await startTestServer(context, { sms: `routes:${routes}` }, environment);
  const folders = readFolders({ data: server.folder }, {});

  async function seen() {
    const { sms } = await askForStatus(folders.operatingSocket);
    const findings = (await examineFolder(folders)).filter(({ of }) => of === "sms");
    const figures = await (await fetch(`${server.metricsOrigin}/metrics`)).text();
    return {
      status: Object.fromEntries(sms.map(({ name, state }) => [name, state])),
      doctor: findings.map(({ kind, message }) => `${kind} ${message.split(":")[0]}`),
      figure: /^assent_sms_ready\{of="main"\} (\d)$/m.exec(figures)?.[1],
    };
  }
  /** It binds again by itself, a little later each time. */
  async function untilMainIs(...wanted: readonly string[]): Promise<void> {
    for (const endMs = performance.now() + 60_000; ; ) {
      const { sms } = await askForStatus(folders.operatingSocket);
      if (wanted.includes(sms[0]?.state ?? "")) return;
      assert.ok(performance.now() < endMs, `${sms[0]?.state}, not ${wanted}`);
      await delay(20);
    }
  }

  await untilMainIs("ready");
  const well = {
    status: { main: "ready", spare: "not-known" },
    doctor: ["well main", "well spare"],
    figure: "1",
  };
  assert.deepEqual(await seen(), well);
  smsc.goAway();
  await untilMainIs("unreachable");
  assert.deepEqual(await seen(), {
    status: { main: "unreachable", spare: "not-known" },
    doctor: ["wrong main", "well spare"],
    figure: "0",
  });
  smsc.comeBack();
  await untilMainIs("ready");
  assert.deepEqual(await seen(), well);
});
