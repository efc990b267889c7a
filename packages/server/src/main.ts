// Starts and stops one cell: its stores and keys, what it sends SMS by, and what is done again and again. Its rooms are wired in
// rooms.ts, where people reach it in edges.ts, where its operator does in operator-edges.ts.
import { afterOnThisMachine } from "./after.ts";
import { refuseEarlierKeys } from "./cell/earlier-format.ts";
import { hasCertificate } from "./cell/first-keys.ts";
import { openLiveCell } from "./cell/live-cell.ts";
import { startComputing } from "./computing/computing.ts";
import type { Config } from "./config.ts";
import { createEdges } from "./edges.ts";
import { originOf } from "./http.ts";
import { createMemoryCounters } from "./limits/memory-counters.ts";
import { quotas } from "./limits/quotas.ts";
import { listening } from "./listening.ts";
import { createLog } from "./log.ts";
import { createDraining } from "./operating/draining.ts";
import { watchHealth } from "./operating/health.ts";
import { warnOfRootKey } from "./operating/operating.ts";
import { createServiceCounts, startCountsLine } from "./operating/service-counts.ts";
import { offersOf } from "./operating/steering.ts";
import { openSteeringFile, type SteeringFile } from "./operating/steering-file.ts";
import { startOperatorEdges } from "./operator-edges.ts";
import { systemRandomness } from "./randomness.ts";
import { type CellParts, createRooms, createRoomsOfReports } from "./rooms.ts";
import type { Dependencies, RunningServer } from "./running-server.ts";
import { createChosenSms, isShownOnly } from "./sms/chosen-transport.ts";
import { webhookUrlAt } from "./sms/edge.ts";
import { openDataFolder } from "./storage/data-folder.ts";
import { openEmbeddedStores } from "./storage/embedded-stores.ts";
import { startSweeps } from "./sweeps.ts";
import { nameOnThisMachine } from "./this-machine.ts";
import { uptimeOfThisMachine } from "./time/uptime.ts";
import { watchTime } from "./time/watched-time.ts";

export type { RotatedKeys } from "./cell/rotation.ts";
export { type Config, readConfig, readFolders, type ServeOptions } from "./config.ts";
export { ConfigError } from "./config-error.ts";
export { askForBackup, askForStatus, askService } from "./operating/ask.ts";
export type { Answers, Command } from "./operating/command.ts";
export { examineFromOutside } from "./operating/doctor-outside.ts";
export type { ServiceStatus } from "./operating/operating.ts";
export { OperatingError } from "./operating/operating-error.ts";
export type { Dependencies, RunningServer } from "./running-server.ts";
export { examineFolder, examineStart, rotateKeys } from "./service-folder.ts";
export { tellServiceManager } from "./service-manager.ts";
export { StartRefused } from "./start-refused.ts";

const steeringOfBackup =
  "what you said of the service is as it was when the backup was made: look at `assent admin status`, and say again what you said since";

/**
 * Resolves when the service takes requests.
 * @throws StartRefused with a message for whoever starts it; or the system's error where the port is taken or
 *   the disk cannot be written.
 */
export async function startServer(
  config: Config,
  dependencies: Dependencies = {},
): Promise<RunningServer> {
  const now = dependencies.now ?? Date.now;
  const randomness = dependencies.randomness ?? systemRandomness;
  const log = createLog(config.logLevel, dependencies.logDestination);
  const fatal = dependencies.fatal ?? (() => process.exit(1));
  await openDataFolder(config.dataDirectory);
  await refuseEarlierKeys(config.dataDirectory);
  const steeringFile = openSteeringFile(config.steeringFile);
  const health = watchHealth(now, quotas.operating.wellAfterMs);
  const stores = await openEmbeddedStores(config.dataDirectory, {
    randomness,
    beginning: config.beginning,
    hasKeys: await hasCertificate(config.keysDirectory),
    journalFile: config.journalFile,
    steering: {
      written: steeringFile.written,
      async putBack(written) {
        const isPutBack = await steeringFile.putBack(written);
        if (isPutBack) log.warn(steeringOfBackup);
        return isPutBack;
      },
    },
    now,
    crashed(error) {
      log.fatal("storage ended; the service cannot go on", error);
      fatal(error);
    },
    damaged(error) {
      const isNews = health.now().kind === "well";
      health.diskFailed();
      if (!isNews) return;
      log.error(
        "assent.db is damaged: stop the service, keep the file as it is, put back the last backup, and start once with --restored",
        error,
      );
    },
    diskFailed(error) {
      const isNews = health.now().kind === "well";
      health.diskFailed();
      if (isNews) log.error("the disk takes nothing: it is full, or fails", error);
    },
    refusePutsBelowBytes: dependencies.refusePutsBelowBytes,
    ...(dependencies.mostDatabasePages === undefined
      ? {}
      : { mostPages: dependencies.mostDatabasePages }),
  });
  // What a stop closes, and a start that fails, the last first: each of them, also where another cannot be closed.
  const opened = new AsyncDisposableStack();
  opened.defer(() => stores.close());
  const computing = startComputing();
  opened.defer(() => computing.close());
  try {
    const uptimeMs = dependencies.uptimeMs ?? uptimeOfThisMachine;
    const time = await watchTime({
      wallMs: now,
      uptimeMs,
      store: stores.time,
      isClockRight: config.isClockRight,
      log,
    });
    const { evaluations, evaluationsPerDay } = quotas.discovery;
    const cell = await openLiveCell({
      keysDirectory: config.keysDirectory,
      store: stores.cell,
      offers: {
        evaluationsAtFirst: evaluations.most,
        evaluationsPerDay,
        operator: config.operator,
        sendsPushes: config.push !== undefined,
        ...offersOf(steeringFile.current(), config),
      },
      openSealed: computing.openSealed,
      now,
      stampMs: time.stampMs,
    });
    const { pushWay } = dependencies;
    const clocks = { now, uptimeMs, time };
    const parts = { ...clocks, randomness, log, stores, cell, computing, health, pushWay };
    return await serveCell(config, parts, steeringFile, opened);
  } catch (error) {
    await opened
      .disposeAsync()
      .catch((closing: unknown) => log.error("not all was closed", closing));
    throw error;
  }
}

async function serveCell(
  config: Config,
  parts: CellParts,
  steeringFile: SteeringFile,
  opened: AsyncDisposableStack,
): Promise<RunningServer> {
  const { now, time, log, stores, cell } = parts;
  if (isShownOnly(config.sms)) {
    const said = "this SMS transport is for development: it shows the codes";
    log.warn(said, { sms: config.sms.transport });
  }
  const counts = createServiceCounts();
  const { unproved, sentSms } = await createRoomsOfReports(config, parts);
  const [origin] = config.origins;
  const chosen = createChosenSms(config.sms, {
    quotas: quotas.sms,
    now,
    after: afterOnThisMachine,
    random: Math.random,
    reported(key, report) {
      counts.smsReported(report);
      unproved.reported(key, report);
      sentSms.reported(key, report);
    },
    // What people answer is for nobody here.
    received: async () => counts.smsReceived(),
    trouble: (what, by, systemError) =>
      log.warn("the SMS provider takes nothing", {
        sms: what,
        by,
        ...(systemError === undefined ? {} : { systemError }),
      }),
    webhookUrl: (name) => webhookUrlAt(origin, name),
  });
  const { sms, fakeSms } = chosen;
  // Ends what waits for the transport, which is closed before it.
  let endRelayed = async () => {};
  opened.defer(() => endRelayed());
  opened.defer(() => sms.close());
  const peerCounters = createMemoryCounters(quotas.counting.peersRemembered);
  const { refused, smsSent, codeProved, smsRelayed, smsEnded, envelopeStored, pushPosted } = counts;
  const offers = () => offersOf(steeringFile.current(), config);
  const draining = createDraining({ sockets: () => edges.sockets, graceMs: quotas.http.stopMs });
  const rooms = await createRooms(
    config,
    {
      ...parts,
      peerCounters,
      unproved,
      smsSent,
      codeProved,
      smsRelayed,
      smsEnded,
      sentSms,
      envelopeStored,
      pushPosted,
      registrationState: () => steeringFile.current().registration,
      origins: () => offers().origins,
      relayRefusal: () => (offers().relaysSms ? draining.refusal() : "not_offered"),
    },
    sms,
  );
  endRelayed = () => rooms.smsRelay.close();
  opened.defer(() => rooms.push.close());
  const reached = { ...parts, peerCounters, refused, draining };
  const edges = await createEdges(config, reached, rooms, chosen);
  const { http, sockets, demoPath } = edges;
  // Figures are told and counted for as long as somebody is served.
  let closeFigures: () => Promise<void> | undefined = () => undefined;
  opened.defer(() => closeFigures());
  const countsLine = startCountsLine({
    counts,
    sockets: () => ({ ...sockets.open() }),
    everyMs: quotas.operating.countsEveryMs,
    log,
  });
  opened.defer(() => countsLine.stop());
  opened.defer(() => time.keep().catch((error: unknown) => log.error("time was not kept", error)));
  // A start that fails waits for nobody.
  let graceMs = 0;
  opened.defer(() => edges.close(graceMs));

  const { registration, accounts, directory, invitations, mailboxes, returns } = rooms;
  const everyMs = quotas.shortLived.sweepEveryMs;
  const sweeps = startSweeps(
    [
      { of: "time", everyMs, run: time.watch },
      { of: "sessions", everyMs, run: registration.sweep },
      { of: "keys to come back by", everyMs, run: async () => returns.sweep() },
      { of: "peers", everyMs, run: () => peerCounters.forget(now()) },
      { of: "counts", everyMs, runByAge: ({ nowMs }) => stores.counters.forget(nowMs) },
      { of: "claims", everyMs, run: accounts.sweepClaims },
      { of: "accounts", everyMs, runByAge: accounts.sweep },
      { of: "key packages", everyMs, runByAge: directory.sweep },
      { of: "keys", everyMs, runByAge: cell.sweep },
      { of: "invitations", everyMs, runByAge: invitations.sweep },
      { of: "relayed SMS", everyMs, runByAge: sentSms.sweep },
      { of: "envelopes", everyMs: quotas.mailbox.sweepEveryMs, runByAge: mailboxes.sweep },
    ],
    time.look,
    log,
  );

  opened.defer(() => sweeps.stop());
  await sweeps.runAll();

  let isStopping = false;
  const { host, port } = config;
  const place = { host, port, namedBy: "--host and --port (ASSENT_HOST, ASSENT_PORT)" };
  await listening(place, () => http.listen({ host, port }));
  const { socket: operating, metrics } = await startOperatorEdges(config, {
    ...parts,
    rooms,
    edges,
    draining,
    steeringFile,
    counts,
    smsStates: chosen.states,
    isStopping: () => isStopping,
  });
  closeFigures = () => metrics?.close();
  opened.defer(() => operating.close());
  log.info("started", { sms: sms.name });
  await warnOfRootKey(cell, log);
  if (metrics) log.info("figures are told", { metrics: metrics.origin });
  const bound = http.server.address();
  if (demoPath) {
    log.info("two phones to try", { demo: originOf(nameOnThisMachine, bound) + demoPath });
  }

  async function stop(): Promise<void> {
    isStopping = true;
    stores.backup.giveUp();
    graceMs = quotas.http.stopMs;
    await opened.disposeAsync();
    log.info("stopped");
  }

  let stopped: Promise<void> | undefined;
  return {
    origin: originOf(config.host, bound),
    metricsOrigin: metrics?.origin,
    fakeSms,
    sweep: sweeps.runAll,
    close: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
