// The rooms of one cell, and who is handed whose rules, stores and events: all of it is said here.

import { type AccountEvents, createAccounts } from "./accounts/accounts.ts";
import { createDevices } from "./accounts/devices.ts";
import { createLeaving } from "./accounts/leaving.ts";
import { afterOnThisMachine } from "./after.ts";
import type { LiveCell } from "./cell/live-cell.ts";
import type { Computing } from "./computing/computing.ts";
import type { Config } from "./config.ts";
import { createDirectory } from "./directory/directory.ts";
import { createBuckets } from "./discovery/buckets.ts";
import { createDiscovery } from "./discovery/discovery.ts";
import { createAdmission } from "./limits/admission.ts";
import { createCountedKeyOf } from "./limits/counted-key.ts";
import type { Counters } from "./limits/counters.ts";
import { quotas } from "./limits/quotas.ts";
import type { Log } from "./log.ts";
import { createAddresses } from "./mailbox/addresses.ts";
import { createEmbeddedWakeups } from "./mailbox/embedded-wakeups.ts";
import { createMailboxes } from "./mailbox/mailbox.ts";
import { Returns } from "./mailbox/returns.ts";
import { createTickets } from "./mailbox/tickets.ts";
import type { DeviceWatch, MailboxName } from "./mailbox/wakeups.ts";
import { countingOutcomes } from "./operating/counted.ts";
import type { HealthWatch } from "./operating/health.ts";
import type { ServiceCounts } from "./operating/service-counts.ts";
import { openPush, type PushWay } from "./push/push.ts";
import type { Randomness } from "./randomness.ts";
import { createAskedWork } from "./registration/asked-work.ts";
import { createCodeAllowance } from "./registration/code-allowance.ts";
import { createInvitations, type RegistrationState } from "./registration/invitations.ts";
import { createNeverList } from "./registration/never-list.ts";
import { createRegistration } from "./registration/registration.ts";
import { createRenewal } from "./registration/renewal.ts";
import { createUnprovedCodes, type UnprovedCodes } from "./registration/unproved-codes.ts";
import { tariffOf } from "./sms/chosen-transport.ts";
import type { SmsTransport } from "./sms/transport.ts";
import { createSmsRelay, type SmsRelayParts } from "./sms-relay/relay.ts";
import { createRelayAllowance } from "./sms-relay/relay-allowance.ts";
import { createSentSms, type SentSms } from "./sms-relay/sent-sms.ts";
import type { Stores } from "./storage/stores.ts";
import type { WatchedTime } from "./time/watched-time.ts";

/** What every room stands on. */
export interface CellParts {
  readonly now: () => number;
  /** Milliseconds since the machine was started, also those in which it slept. */
  readonly uptimeMs: () => number;
  readonly time: WatchedTime;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly stores: Stores;
  readonly cell: LiveCell;
  readonly computing: Computing;
  readonly health: HealthWatch;
  /** Of a test. */
  readonly pushWay: PushWay | undefined;
}

const nobodyIsWoken: DeviceWatch = { arrived: () => undefined, stopped: () => undefined };

/** What hears of SMS that were sent, also before the others are there. */
export async function createRoomsOfReports(config: Config, parts: CellParts) {
  const { now, log, stores, cell, randomness } = parts;
  const unproved = createUnprovedCodes({
    smsPerDay: config.smsPerDay,
    quotas: quotas.registration.unproved,
    now,
    heldBack: (callingCode) =>
      log.warn("too few codes to a calling code are proved: no more go there for now", {
        callingCode,
      }),
  });
  const sentSms = createSentSms({
    store: stores.smsRelay,
    secret: cell.secrets.registration,
    lineage: await stores.mailbox.lineage(),
    quotas: quotas.smsRelay,
    unknownError: (error) => log.error("what became of an SMS was not written down", error),
    now,
    randomness,
  });
  return { unproved, sentSms };
}

/** The rooms, each with its own store and with what it needs of the others. */
export async function createRooms(
  config: Config,
  parts: CellParts &
    Pick<
      ServiceCounts,
      "smsSent" | "codeProved" | "smsRelayed" | "smsEnded" | "envelopeStored" | "pushPosted"
    > & {
      readonly peerCounters: Counters;
      readonly unproved: UnprovedCodes;
      readonly registrationState: () => RegistrationState;
      /** As they are published now. */
      readonly origins: () => readonly string[];
      readonly sentSms: SentSms;
      readonly relayRefusal: SmsRelayParts["refusal"];
    },
  sms: SmsTransport,
) {
  const { now, time, randomness, stores, cell, peerCounters } = parts;
  const { stampMs } = time;
  const { evaluator } = parts.computing;
  const { claims, receipts, sealing, voprf, secrets } = cell;
  const cellId = cell.publicSide.id;
  const countedKeyOf = createCountedKeyOf(secrets.counting);

  const elapsedMs = () => performance.now();
  const returns = new Returns(quotas.sockets.returns, parts.uptimeMs, randomness);
  const deviceChanged = (deviceId: Uint8Array) => returns.changed(deviceId);

  const wakeups = createEmbeddedWakeups();
  const push = await openPush({
    config: config.push,
    store: stores.push,
    keys: cell.push,
    isListening: (mailbox) => wakeups.here(mailbox as MailboxName) !== undefined,
    origins: parts.origins,
    posted: parts.pushPosted,
    unknownError: (error) => parts.log.error("a push failed", error),
    quotas: quotas.push,
    counters: peerCounters,
    way: parts.pushWay,
    now,
    elapsedMs,
    after: afterOnThisMachine,
    randomness,
  });

  const mailboxes = createMailboxes({
    store: stores.mailbox,
    lineage: await stores.mailbox.lineage(),
    wakeups,
    watch: push.waking ?? nobodyIsWoken,
    addresses: createAddresses(cell.capability, randomness),
    tickets: createTickets(secrets.tickets, randomness),
    time,
    quotas: quotas.mailbox,
    now,
    elapsedMs,
    randomness,
    counters: peerCounters,
    envelopeStored: parts.envelopeStored,
  });
  const buckets = createBuckets({
    store: stores.discovery,
    voprf,
    quotas: quotas.discovery,
    now,
  });
  const events: AccountEvents = {
    mailboxesEnded(mailboxIds) {
      mailboxes.end(mailboxIds);
      returns.mailboxesChanged(mailboxIds);
      push.subscriptions.mailboxesEnded(mailboxIds);
    },
    mailboxRestarted(mailboxId) {
      mailboxes.restarted(mailboxId);
      returns.mailboxesChanged([mailboxId]);
    },
    placesChanged: buckets.changed,
  };
  const discovery = createDiscovery({
    counters: stores.counters,
    countedKeyOf,
    voprf,
    evaluator,
    admission: createAdmission(quotas.computing.evaluations),
    quotas: {
      ofNumber: quotas.discovery.evaluations,
      ofCell: {
        kind: "windowed",
        most: config.lookupsPerDay,
        windowMs: quotas.discovery.cellWindowMs,
      },
    },
    now,
  });
  const accounts = createAccounts({
    cellId,
    store: stores.accounts,
    claims,
    voprf,
    events,
    numberMoves: discovery.numberMoves,
    counters: peerCounters,
    restarts: quotas.accounts.restarts,
    endedKeptMs: quotas.accounts.endedKeptMs,
    stampMs,
    now,
    randomness,
  });
  const leaving = createLeaving({
    cellId,
    store: stores.accounts,
    claims,
    voprf,
    receipts,
    events,
    now,
    stampMs,
  });
  const devices = createDevices({
    cellId,
    store: stores.accounts,
    signed: deviceChanged,
    statedEnding: leaving.statedEnding,
  });
  const directory = createDirectory({
    store: stores.directory,
    mintProvisional: mailboxes.mintProvisional,
    isThere: accounts.isThere,
    hasEnded: accounts.hasEnded,
    changed: deviceChanged,
    allChanged: () => returns.allChanged(),
    stampMs,
    counters: peerCounters,
    quotas: quotas.directory,
    now,
  });
  const allowance = createCodeAllowance({
    counters: stores.counters,
    peerCounters,
    countedKeyOf,
    smsPerDay: config.smsPerDay,
    tariff: tariffOf(config.sms),
    quotas: quotas.registration,
    now,
  });
  const admission = createAdmission(quotas.computing.registrations);
  const invitations = createInvitations({
    store: stores.registration,
    secret: secrets.registration,
    now,
    randomness,
  });
  const neverList = createNeverList(stores.registration, secrets.registration);
  const registration = createRegistration({
    cellId,
    store: stores.registration,
    sealing,
    voprf,
    claims,
    registrationState: parts.registrationState,
    isShort: stores.isShort,
    invitations,
    neverList,
    secret: secrets.registration,
    allowance,
    askedWork: createAskedWork({
      secret: secrets.registration,
      quotas: quotas.registration.work,
      now,
    }),
    unproved: parts.unproved,
    evaluator,
    admission,
    sendSms: countingOutcomes(sms, "code", parts.smsEnded),
    smsSent: parts.smsSent,
    codeProved: parts.codeProved,
    publicHost: config.publicHost,
    quotas: quotas.registration,
    now,
    randomness,
  });
  const renewal = createRenewal({
    cellId,
    sealing,
    voprf,
    claims,
    evaluator,
    admission,
    numberOf: accounts.numberOf,
    claimLifetimeMs: quotas.registration.claimLifetimeMs,
    now,
    randomness,
  });
  const relayAllowance = createRelayAllowance({
    counters: stores.counters,
    peerCounters,
    countedKeyOf,
    smsPerDay: config.smsRelay.perDay,
    tariff: tariffOf(config.sms),
    quotas: quotas.smsRelay,
    now,
  });
  const smsRelay = createSmsRelay({
    cellId,
    refusal: parts.relayRefusal,
    store: stores.smsRelay,
    names: parts.sentSms.names,
    sealing,
    voprf,
    evaluator,
    admission,
    allowance: relayAllowance,
    neverList,
    unproved: parts.unproved,
    numberOf: accounts.numberOf,
    secret: secrets.registration,
    sendSms: countingOutcomes(sms, "device", parts.smsEnded),
    relayed: parts.smsRelayed,
    unknownError: (error) => parts.log.error("an SMS for a device failed", error),
    quotas: quotas.smsRelay,
    stampMs,
    after: afterOnThisMachine,
    randomness,
  });
  return {
    mailboxes,
    returns,
    push,
    smsRelay,
    relayAllowance,
    buckets,
    accounts,
    leaving,
    devices,
    directory,
    discovery,
    registration,
    invitations,
    neverList,
    renewal,
    allowance,
    admission,
  };
}

export type Rooms = Awaited<ReturnType<typeof createRooms>>;
