// Starts and stops one cell, and wires its rooms: which rules, stores and edges there are, and who is handed
// whose, is all said here.
import {
  cellIdOf,
  DirectoryService,
  DiscoveryService,
  equalBytes,
  loadVoprf,
  RegistrationService,
} from "@assent/protocol";
import { serveApp } from "./app/edge.ts";
import { createAuthentication } from "./authentication/authentication.ts";
import { createNonceMemory } from "./authentication/nonce-memory.ts";
import type { Config, SmsConfig } from "./config.ts";
import { createDirectory } from "./directory/directory.ts";
import { directoryEdge } from "./directory/edge.ts";
import { createBuckets } from "./discovery/buckets.ts";
import { createDiscovery } from "./discovery/discovery.ts";
import { discoveryEdge, serveBuckets } from "./discovery/edge.ts";
import { createHttp } from "./http.ts";
import { readKeyFile, writeKeyFile } from "./keys/key-file.ts";
import { type CellKeys, makeKeys } from "./keys/keys.ts";
import { createPeerBrake } from "./limits/peer-brake.ts";
import { quotas } from "./limits/quotas.ts";
import { createLog, type Log, type LogDestination } from "./log.ts";
import { createAddresses } from "./mailbox/addresses.ts";
import { serveMailboxes } from "./mailbox/edge.ts";
import { createMailboxes } from "./mailbox/mailbox.ts";
import { type Randomness, systemRandomness } from "./randomness.ts";
import { registrationEdge } from "./registration/edge.ts";
import { createRegistration } from "./registration/registration.ts";
import { createConsoleSms } from "./sms/console.ts";
import { serveFakeMessages } from "./sms/edge.ts";
import { createFakeSms, type FakeSmsTransport } from "./sms/fake.ts";
import type { SmsTransport } from "./sms/transport.ts";
import { StartRefused } from "./start-refused.ts";
import { openSqliteStorage, type Storage } from "./storage/sqlite/storage.ts";
import { nameOnThisMachine } from "./this-machine.ts";

export { type Config, ConfigError, readConfig, type ServeOptions } from "./config.ts";
export { StartRefused } from "./start-refused.ts";

export interface RunningServer {
  /** "http://127.0.0.1:8080" */
  readonly origin: string;
  /** Where the SMS are, with the fake transport. */
  readonly fakeSms: Pick<FakeSmsTransport, "messagesTo"> | undefined;
  /** Ends what expired, as the hourly timer does. */
  sweep(): Promise<void>;
  /** Ends every connection, makes everything durable, and resolves within five seconds. May be called twice. */
  close(): Promise<void>;
}

export interface Dependencies {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly randomness?: Randomness;
  readonly logDestination?: LogDestination;
  /** The service cannot go on. Ends the process unless said otherwise. */
  readonly fatal?: (error: unknown) => void;
}

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
  await loadVoprf();
  const storage = await openSqliteStorage(config.dataDirectory, (error) => {
    log.fatal("storage ended; the service cannot go on", error);
    fatal(error);
  });
  try {
    const keys = await keysOfCell(config.keysFile, storage);
    return await serveCell(config, { now, randomness, log, storage, keys });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function keysOfCell(keysFile: string, storage: Storage): Promise<CellKeys> {
  const pinned = await storage.cell.cellId();
  const existing = await readKeyFile(keysFile);
  if (!existing && pinned) {
    throw new StartRefused(
      "The key file is missing. Without it nothing in the database can be used.",
    );
  }
  const keys = existing ?? (await makeKeys());
  if (!existing) await writeKeyFile(keysFile, keys);
  const cellId = cellIdOf(keys.identity.publicKey);
  if (!pinned) await storage.cell.setCellId(cellId);
  else if (!equalBytes(pinned, cellId)) {
    throw new StartRefused("The key file belongs to another cell than the database.");
  }
  return keys;
}

interface CellParts {
  readonly now: () => number;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly storage: Storage;
  readonly keys: CellKeys;
}

async function serveCell(
  config: Config,
  { now, randomness, log, storage, keys }: CellParts,
): Promise<RunningServer> {
  const cellId = cellIdOf(keys.identity.publicKey);
  const { sms, fakeSms } = createSms(config.sms, now, log);

  const mailboxes = createMailboxes({
    store: storage.mailbox,
    addresses: createAddresses(keys.capability, randomness),
    quotas: quotas.mailbox,
    now,
    randomness,
  });
  const buckets = createBuckets({
    store: storage.discovery,
    voprfEpoch: keys.voprf.epoch,
    peoplePerBucket: quotas.discovery.peoplePerBucket,
  });
  const directory = createDirectory({
    store: storage.directory,
    identityKey: keys.identity.publicKey,
    mintProvisional: mailboxes.mintProvisional,
    accountsChanged: (endedMailboxes) => {
      buckets.outdated();
      mailboxes.end(endedMailboxes);
    },
    singleUseKeyPackagesPerDevice: quotas.directory.singleUseKeyPackagesPerDevice,
    evaluationsAtFirst: quotas.discovery.evaluationsAtFirst,
    now,
    randomness,
  });
  const registration = createRegistration({
    store: storage.registration,
    keys,
    cellId,
    sendSms: sms.send,
    deleteAccount: directory.deleteAccount,
    publicHost: config.publicHost,
    quotas: quotas.registration,
    now,
    randomness,
  });
  const discovery = createDiscovery({
    store: storage.discovery,
    voprf: keys.voprf,
    quotas: quotas.discovery,
    now,
  });
  const authentication = createAuthentication({
    cellId,
    deviceOf: directory.deviceOf,
    nonces: createNonceMemory(quotas.authentication.nonces, now),
    now,
  });

  const startsPerPeer = createPeerBrake(quotas.registration.startsPerPeer, now);
  const takesPerPeer = createPeerBrake(quotas.directory.takesPerPeer, now);
  const http = await createHttp({
    log,
    quotas: quotas.http,
    routes: (router) => {
      const { createAccount } = directory;
      router.service(
        RegistrationService,
        registrationEdge({ registration, createAccount, authentication, startsPerPeer }),
      );
      router.service(DirectoryService, directoryEdge({ directory, authentication, takesPerPeer }));
      router.service(DiscoveryService, discoveryEdge({ discovery, authentication }));
    },
  });
  serveBuckets(http, buckets);
  if (fakeSms) serveFakeMessages(http, fakeSms);
  const { appDirectory } = config;
  const demoPath =
    appDirectory &&
    (await serveApp(http, { directory: appDirectory, withDemo: fakeSms !== undefined, log }));
  const sockets = serveMailboxes(http.server, {
    mailboxes,
    authentication,
    singleUseLeft: directory.singleUseLeft,
    unknownError: (error) => log.error("a mailbox request failed", error),
    quotas: quotas.sockets,
    randomness,
  });

  async function sweep(): Promise<void> {
    await mailboxes.sweep();
    await registration.sweep();
    await directory.sweep();
  }

  await sweep();
  const sweepTimer = setInterval(() => {
    sweep().catch((error: unknown) => log.error("ending what expired failed", error));
  }, quotas.mailbox.sweepEveryMs);
  sweepTimer.unref();

  async function stop(): Promise<void> {
    clearInterval(sweepTimer);
    const cutOff = setTimeout(() => http.server.closeAllConnections(), quotas.http.stopMs);
    await Promise.all([sockets.close(quotas.http.stopMs), http.close()]);
    clearTimeout(cutOff);
    await sms.close();
    await storage.close();
    log.info("stopped");
  }

  try {
    await http.listen({ host: config.host, port: config.port });
  } catch (error) {
    clearInterval(sweepTimer);
    await Promise.all([sockets.close(0), http.close()]);
    throw error;
  }
  const bound = http.server.address();
  log.info("started", { sms: sms.name });
  if (demoPath) {
    log.info("two phones to try", { demo: originOf(nameOnThisMachine, bound) + demoPath });
  }

  let stopped: Promise<void> | undefined;
  return {
    origin: originOf(config.host, bound),
    fakeSms,
    sweep,
    close: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function createSms(
  { transport }: SmsConfig,
  now: () => number,
  log: Log,
): { sms: SmsTransport; fakeSms: FakeSmsTransport | undefined } {
  log.warn("this SMS transport is for development: it shows the codes", { sms: transport });
  if (transport === "console") {
    const print = (line: string) => void process.stdout.write(`${line}\n`);
    return { sms: createConsoleSms(print), fakeSms: undefined };
  }
  const fakeSms = createFakeSms(quotas.sms.fakeMessages, now);
  return { sms: fakeSms, fakeSms };
}

function originOf(host: string, address: ReturnType<import("node:net").Server["address"]>): string {
  const port = typeof address === "object" && address ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
