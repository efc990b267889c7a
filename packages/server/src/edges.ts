// Where people and their apps reach the cell: HTTP with its services, pages and webhooks, and the sockets of mailboxes. All of
// it is wired here, and opened by main.ts.
import {
  AccountService,
  CellService,
  DirectoryService,
  DiscoveryService,
  RegistrationService,
  SmsRelayService,
} from "@assent/protocol";
import { accountsEdge } from "./accounts/edge.ts";
import { serveApp } from "./app/edge.ts";
import { cellEdge } from "./cell/edge.ts";
import type { Config } from "./config.ts";
import { serveHeld } from "./demo/edge.ts";
import { directoryEdge } from "./directory/edge.ts";
import { discoveryEdge, serveBuckets } from "./discovery/edge.ts";
import { createHttp } from "./http.ts";
import type { Counters } from "./limits/counters.ts";
import { createPeerBrake } from "./limits/peer-brake.ts";
import { quotas } from "./limits/quotas.ts";
import { serveMailboxes } from "./mailbox/edge.ts";
import type { Draining } from "./operating/draining.ts";
import { mostConnections, readOpenFilesLimit } from "./operating/open-files.ts";
import type { ServiceCounts } from "./operating/service-counts.ts";
import { createIsTrusted, createPeerOf } from "./peer.ts";
import { createEarlyRefusals } from "./registration/early-refusals.ts";
import { refuseStartsEarly, registrationEdge } from "./registration/edge.ts";
import type { CellParts, Rooms } from "./rooms.ts";
import type { ChosenSms } from "./sms/chosen-transport.ts";
import { serveFakeMessages, serveSmsWebhooks } from "./sms/edge.ts";
import { smsRelayEdge } from "./sms-relay/edge.ts";

export async function createEdges(
  config: Config,
  parts: Pick<CellParts, "now" | "randomness" | "log" | "stores" | "cell" | "health"> & {
    readonly peerCounters: Counters;
    readonly refused: ServiceCounts["refused"];
    readonly draining: Pick<Draining, "before">;
  },
  rooms: Rooms,
  { fakeSms, webhooks }: Pick<ChosenSms, "fakeSms" | "webhooks">,
) {
  const { log, stores, cell, refused, now, peerCounters } = parts;
  const { devices, directory, discovery, mailboxes, push, returns } = rooms;
  const perPeer = { counters: peerCounters, now };
  const startsPerPeer = createPeerBrake({
    ...perPeer,
    thing: "starts",
    quota: quotas.registration.startsPerPeer,
  });
  const takesPerPeer = createPeerBrake({
    ...perPeer,
    thing: "takes",
    quota: quotas.directory.takesPerPeer,
  });
  const peerOf = createPeerOf(config.trustedProxies);
  const early = createEarlyRefusals({
    ...rooms,
    startsPerPeer,
    bodiesRemembered: quotas.registration.sealsRemembered,
  });
  const connections = mostConnections(quotas.sockets.open, await readOpenFilesLimit(), log);
  const http = await createHttp({
    log,
    quotas: quotas.http,
    mostConnections: connections,
    peerOf,
    isTrustedProxy: createIsTrusted(config.trustedProxies),
    health: parts.health.now,
    refused,
    before: (bare) => refuseStartsEarly(bare, { early, peerOf, refused }),
    routes: (router) => {
      const { renewal, accounts, leaving, smsRelay } = rooms;
      const registration = parts.draining.before(rooms.registration);
      router.service(CellService, cellEdge(cell.publicSide));
      router.service(RegistrationService, registrationEdge({ registration, renewal, devices }));
      router.service(AccountService, accountsEdge({ accounts, leaving, devices }));
      router.service(DirectoryService, directoryEdge({ directory, devices, takesPerPeer }));
      router.service(DiscoveryService, discoveryEdge({ discovery, devices }));
      router.service(SmsRelayService, smsRelayEdge({ smsRelay, devices }));
    },
  });
  serveBuckets(http, rooms.buckets);
  if (fakeSms) {
    serveFakeMessages(http, fakeSms);
    serveHeld(http, stores.held);
  }
  serveSmsWebhooks(http, webhooks, config.origins[0]);
  const { appDirectory } = config;
  const demoPath =
    appDirectory &&
    (await serveApp(http, { directory: appDirectory, withDemo: fakeSms !== undefined, log }));
  const sockets = serveMailboxes(http.server, {
    mailboxes,
    push: push.subscriptions,
    cell: cell.publicSide,
    devices,
    returns,
    keyPackagesLeft: directory.keyPackagesLeft,
    unknownError: (error) => log.error("a mailbox request failed", error),
    peerOf,
    refused,
    // The rest is for requests, and for whoever comes to open a socket.
    mostSockets: Math.floor((connections * 15) / 16),
    quotas: quotas.sockets,
    elapsedMs: () => performance.now(),
    randomness: parts.randomness,
  });

  return {
    http,
    sockets,
    /** Where two phones can be tried; undefined where they cannot. */
    demoPath,
    /** Nothing more is taken; what is under way is cut off after so long. */
    async close(graceMs: number): Promise<void> {
      const cutOff = setTimeout(() => http.server.closeAllConnections(), graceMs);
      await Promise.all([sockets.close(graceMs), http.close()]);
      clearTimeout(cutOff);
    },
  };
}

export type Edges = Awaited<ReturnType<typeof createEdges>>;
