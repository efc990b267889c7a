// Where whoever runs the cell sees and steers it: the commands of the operating socket, and figures with readiness on a
// listener of their own. All of it is wired here, and opened by main.ts once the cell is reached.
import type { Config } from "./config.ts";
import type { Edges } from "./edges.ts";
import { originOf } from "./http.ts";
import { listening, portTaken } from "./listening.ts";
import { audited, openAudit } from "./operating/audit.ts";
import { createDesk } from "./operating/desk.ts";
import type { Draining } from "./operating/draining.ts";
import { serveOperating } from "./operating/edge.ts";
import type { Metrics, MetricsParts } from "./operating/metrics.ts";
import { type ListenAddress, serveMetrics } from "./operating/metrics-edge.ts";
import { readOpenFilesLimit } from "./operating/open-files.ts";
import { createOperating } from "./operating/operating.ts";
import { createRelayedSms } from "./operating/relayed-sms.ts";
import type { ServiceCounts } from "./operating/service-counts.ts";
import { createSteering } from "./operating/steering.ts";
import type { SteeringFile } from "./operating/steering-file.ts";
import type { CellParts, Rooms } from "./rooms.ts";
import type { ChosenSms } from "./sms/chosen-transport.ts";

/** @throws StartRefused, also where the port of the figures is taken; or the system's error */
export async function startOperatorEdges(
  config: Config,
  parts: CellParts & {
    readonly rooms: Rooms;
    readonly edges: Pick<Edges, "http" | "sockets">;
    readonly draining: Draining;
    readonly steeringFile: SteeringFile;
    readonly counts: Pick<ServiceCounts, "totals">;
    readonly smsStates: ChosenSms["states"];
    /** Whether it stops: then nobody is sent here. */
    readonly isStopping: () => boolean;
  },
) {
  const { cell, time, log, now, stores, rooms, draining, steeringFile } = parts;
  const commands = createOperating({
    cell,
    time,
    draining,
    desk: createDesk(rooms),
    steering: createSteering({
      file: steeringFile,
      cell,
      invitations: rooms.invitations,
      configured: config,
      now,
    }),
    sms: parts.smsStates,
    relayedSms: createRelayedSms({ allowance: rooms.relayAllowance, sms: config.sms, draining }),
    backup: stores.backup,
    origin: originOf(config.host, parts.edges.http.server.address()),
    folders: config,
    openFilesLimit: readOpenFilesLimit,
    startedAt: now(),
    counts: async () => ({ accounts: await stores.accounts.count() }),
  });
  const metrics =
    config.metrics &&
    (await serveFigures(config.metrics, {
      isReady: () =>
        !parts.isStopping() && !draining.isDrained() && parts.health.now().kind === "well",
      metrics: await metricsOf({
        totals: parts.counts.totals,
        sockets: () => ({ ...parts.edges.sockets.open() }),
        health: parts.health.now,
        status: commands.status,
        smsPerDay: config.smsPerDay,
        dataDirectory: config.dataDirectory,
      }),
      log,
    }));
  try {
    const socket = await serveOperating({
      socket: config.operatingSocket,
      commands: audited(commands, openAudit({ file: config.auditFile, now, log })),
      log,
    });
    return { socket, metrics };
  } catch (error) {
    await metrics?.close();
    throw error;
  }
}

/** Eighty modules: they are loaded where somebody asks for figures. */
async function metricsOf(parts: MetricsParts): Promise<Metrics> {
  const { createMetrics } = await import("./operating/metrics.ts");
  return createMetrics(parts);
}

function serveFigures(at: ListenAddress, parts: Omit<Parameters<typeof serveMetrics>[0], "at">) {
  const namedBy = "ASSENT_METRICS_HOST and ASSENT_METRICS_PORT";
  return listening({ ...at, namedBy }, () => serveMetrics({ at, ...parts }), portTaken);
}
