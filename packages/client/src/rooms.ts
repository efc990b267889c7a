// One profile's rooms, each handed what it uses and no more.
import { type DeclarationId, type Purpose, randomBytes } from "@assent/protocol";
import { Account } from "./account/account.ts";
import { Cells } from "./account/cells.ts";
import type { ProfileStateKeeper } from "./account/profile-state.ts";
import { OwnSelf } from "./account/self.ts";
import { SignedRequests } from "./account/signed-requests.ts";
import { systemTimers, type Timers } from "./clock/timers.ts";
import { answerTo, checkConsent } from "./consent/consent.ts";
import { Contacts } from "./contacts/contacts.ts";
import type { Understanding } from "./content/understanding.ts";
import { Conversations } from "./conversations/history/conversations.ts";
import { Expiring } from "./conversations/history/expiring.ts";
import { Showing } from "./conversations/history/showing.ts";
import { Applying } from "./conversations/incoming/applying.ts";
import { Requests } from "./conversations/incoming/requests.ts";
import { Rereading } from "./conversations/incoming/rereading.ts";
import { Taking } from "./conversations/incoming/taking.ts";
import { Awaiting } from "./conversations/outgoing/awaiting.ts";
import { givingUp } from "./conversations/outgoing/giving-up.ts";
import { GoingOver } from "./conversations/outgoing/going-over.ts";
import { Posting } from "./conversations/outgoing/posting.ts";
import { Sealing } from "./conversations/outgoing/sealing.ts";
import { Starting } from "./conversations/outgoing/starting.ts";
import { countQueued, Queue } from "./conversations/outgoing/text-queue.ts";
import { People } from "./conversations/people/people.ts";
import { Discovery } from "./discovery/discovery.ts";
import { Egress, type LedgerItem } from "./egress/egress.ts";
import { Ledger } from "./egress/ledger.ts";
import type { Network } from "./egress/network.ts";
import { openService } from "./egress/service.ts";
import type { Encryption } from "./encryption/encryption.ts";
import { Mailboxes } from "./line/mailboxes.ts";
import { Push } from "./push/push.ts";
import { handoffTransport, type SmsTransport, type SmsWay } from "./routes/routes.ts";
import { openRelayServiceLater } from "./sms-relay/relay-service-later.ts";
import { SmsRelay } from "./sms-relay/sms-relay.ts";
import { Phase, type Records } from "./store/records.ts";
import type { Store } from "./store/store.ts";

/** What a profile runs on; `openNodeProfile` brings what fits Node. */
export interface ProfileParts {
  readonly store: Store;
  readonly network: Network;
  readonly encryption: Encryption;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** At least 0, below 1; what nobody may foresee if left out. */
  readonly random?: () => number;
  /** The system's if left out. */
  readonly timers?: Timers;
  readonly sms?: SmsTransport;
}

export interface WiringParts extends ProfileParts {
  readonly records: Records;
  /** Of the same store, for the ledger alone: what leaves is noted at once, whatever else is stored together. */
  readonly ledgerRecords: Records;
  readonly state: ProfileStateKeeper;
  readonly understanding: Understanding;
  /** Runs what its owner does to the account when nothing else of it is done. */
  readonly oneByOne: <T>(step: () => Promise<T>) => Promise<T>;
}

export type Rooms = ReturnType<typeof wireRooms>;

export function wireRooms(parts: WiringParts) {
  const { records, ledgerRecords, state, oneByOne, now, network, encryption } = parts;
  const { timers = systemTimers, random = unforeseeable } = parts;
  const ledger = new Ledger({
    records: ledgerRecords,
    now,
    firstConsentAtMs: () => Number(state.current.firstConsentAtMs),
  });
  const rules = {
    check: (declaration: DeclarationId, purpose: Purpose) =>
      checkConsent(state.current, declaration, purpose),
    note: (item: LedgerItem) => ledger.note(item),
  };
  const egress = new Egress(network, rules, timers);
  const service = (url: string) => openService(egress, url);
  const cells = new Cells(state, service, now, network.isOfOnePage);
  const ownSelf = new OwnSelf(state, cells);
  const self = () => ownSelf.current;
  const signedRequests = new SignedRequests(state, egress, now, givingUp.setBack);
  const turning = {
    state,
    records,
    encryption,
    service,
    cells,
    signedRequests,
    givingUp,
    now,
    timers,
  };
  const discovery = new Discovery(turning);
  const consentTo = (purpose: Purpose) => answerTo(state.current, purpose);
  const conversing = { records, encryption, service, now, random, discovery, consentTo };
  const sealing = new Sealing(conversing);
  const starting = new Starting(conversing, sealing);
  const posting = new Posting({ ...conversing, timers }, sealing, starting);
  const { understanding } = parts;
  const smsRelay = new SmsRelay({
    records,
    now,
    timers,
    number: () => (state.current.phase === Phase.ON ? self().number : undefined),
    isOffered: () => !cells.hasEnded && cells.pinned?.relaysSms === true,
    consent: () => consentTo("sms-relay"),
    service: openRelayServiceLater({ self, cells, signedRequests, service }),
  });
  const bySms = parts.sms ?? handoffTransport;
  const sms = (text: string): SmsWay => smsRelay.wayOf(text) ?? bySms;
  const goingOver = new GoingOver({ records, sms });
  const applying = new Applying(self, now, understanding);
  const push = new Push({
    cell: () => cells.pinned,
    isOn: () => state.current.phase === Phase.ON,
    consent: () => consentTo("push"),
    egress,
    timers,
  });
  const mailboxes = new Mailboxes({
    ...conversing,
    push,
    state,
    cells,
    signedRequests,
    egress,
    timers,
    sealing,
    posting,
    givingUp,
    taking: new Taking(conversing, sealing, applying),
    requests: new Requests(records, discovery, now),
    awaiting: new Awaiting(conversing, posting),
    goingOver,
    smsRelay,
  });
  const account = new Account({
    ...turning,
    self,
    line: mailboxes,
    queued: () => countQueued(records),
    oneByOne,
  });
  const texts = new Queue({
    records,
    now,
    sms,
    sealing,
    goingOver,
    hasLine: () => mailboxes.hasLine,
    self,
    isOn: () => account.isOn,
    hasEnded: () => cells.hasEnded,
    flush: (of) => mailboxes.flush(of),
  });
  return {
    egress,
    self,
    mailboxes,
    rereading: new Rereading({ records, state, applying, version: understanding.version }),
    expiring: new Expiring({ records, now, timers }),
    showing: new Showing(records),
    account,
    people: new People({
      records,
      discovery,
      self,
      identity: () => state.current.identity,
      tellBlocked: async () => {
        if (account.isOn) await mailboxes.tellBlocked(self());
      },
    }),
    conversations: new Conversations({
      records,
      now,
      hasConsent: (purpose) => consentTo(purpose) === "yes",
      kick: () => texts.kick(),
    }),
    texts,
    contacts: new Contacts({ records, state }),
    push,
    smsRelay,
    ledger,
  };
}

function unforeseeable(): number {
  return new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32;
}
