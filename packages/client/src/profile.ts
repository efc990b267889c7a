// One profile, one phone: the SDK's only class. Wires the rooms together and runs one thing at a time.
import { AssentError, type PhoneNumber, type Purpose } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { checkConsent, isCurrent } from "./consent/consent.ts";
import {
  type Contact,
  type ImportResult,
  importVcards,
  listContacts,
} from "./contacts/contacts.ts";
import { Awaiting } from "./conversations/awaiting.ts";
import { Contents } from "./conversations/contents.ts";
import { Encrypting } from "./conversations/encrypting.ts";
import { readThread, type ShownEvent, type ShownText, showNew } from "./conversations/events.ts";
import { Mailboxes } from "./conversations/mailboxes.ts";
import { Receiving } from "./conversations/receiving.ts";
import { Requests } from "./conversations/requests.ts";
import { Sending } from "./conversations/sending.ts";
import { type SendOptions, Texting } from "./conversations/texting.ts";
import { countQueued } from "./conversations/texts.ts";
import { Discovery } from "./discovery/discovery.ts";
import { Egress } from "./egress/egress.ts";
import { type LedgerLine, noteInLedger, readLedger } from "./egress/ledger.ts";
import type { Network } from "./egress/network.ts";
import { openService } from "./egress/service.ts";
import type { Encryption } from "./encryption/encryption.ts";
import { ProfileStateKeeper } from "./identity/profile-state.ts";
import { type Self, selfOf } from "./identity/self.ts";
import {
  finishLeaving,
  forgetAccount,
  keptReceipt,
  type Left,
  type OwnerReceipt,
  startLeaving,
} from "./identity/turn-off.ts";
import { askForCode, leavesAccountBehind, type TurnedOn, verifyCode } from "./identity/turn-on.ts";
import {
  handoffTransport,
  hasNewKey,
  type Route,
  type SendResult,
  type SmsTransport,
} from "./routes/routes.ts";
import { NumberRecordSchema, Phase, type ProfileState, put, Records } from "./store/records.ts";
import type { Store } from "./store/store.ts";

/** What a profile runs on; `openNodeProfile` brings what fits Node. */
export interface ProfileParts {
  readonly store: Store;
  readonly network: Network;
  readonly encryption: Encryption;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sms?: SmsTransport;
}

export type ProfilePhase = "off" | "verifying" | "on" | "leaving" | "ended";

export interface ProfileStatus {
  readonly phase: ProfilePhase;
  readonly number?: PhoneNumber;
  readonly server?: string;
  readonly purposes: readonly string[];
  /** The policy changed since the yes: nothing leaves until the owner answers again. */
  readonly policyChanged: boolean;
  readonly queued: number;
}

export interface Checked {
  readonly number: PhoneNumber;
  readonly route: Route;
  /** The number's key is not the one its owner was written under before. */
  readonly keyChanged: boolean;
}

export interface ReceiveOptions {
  /** Called with what came, in order; each event once. */
  readonly show: (events: readonly ShownEvent[]) => void;
  /** Goes on until this is aborted; without it, ends when nothing waits any more. */
  readonly follow?: AbortSignal;
}

const phaseWords: Readonly<Record<Phase, ProfilePhase>> = {
  [Phase.OFF]: "off",
  [Phase.VERIFYING]: "verifying",
  [Phase.ON]: "on",
  [Phase.LEAVING]: "leaving",
  [Phase.ENDED]: "ended",
};

export async function openProfile(parts: ProfileParts): Promise<Profile> {
  const records = new Records(parts.store);
  return new Profile(parts, records, await ProfileStateKeeper.load(records));
}

export class Profile {
  readonly #parts: ProfileParts;
  readonly #records: Records;
  readonly #state: ProfileStateKeeper;
  readonly #egress: Egress;
  readonly #discovery: Discovery;
  readonly #texting: Texting;
  readonly #mailboxes: Mailboxes;
  #knownSelf: { readonly state: ProfileState; readonly self: Self } | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ProfileParts, records: Records, state: ProfileStateKeeper) {
    const { now, network, encryption } = parts;
    this.#parts = parts;
    this.#records = records;
    this.#state = state;
    this.#egress = new Egress(network, {
      check: (declaration, purpose) => checkConsent(state.current, declaration, purpose),
      note: (item) => noteInLedger(records, item, now()),
    });
    const service = (url: string) => openService(this.#egress, url);
    const self = () => this.#self();
    this.#discovery = new Discovery(records, service, now);
    const conversing = { records, encryption, service, now, discovery: this.#discovery };
    const encrypting = new Encrypting(conversing);
    const sending = new Sending(conversing, encrypting);
    const contents = new Contents(records, self, now);
    this.#mailboxes = new Mailboxes({
      ...conversing,
      egress: this.#egress,
      encrypting,
      sending,
      receiving: new Receiving(conversing, encrypting, contents),
      requests: new Requests(records, this.#discovery),
      awaiting: new Awaiting(conversing, sending),
    });
    this.#texting = new Texting({
      records,
      now,
      discovery: this.#discovery,
      mailboxes: this.#mailboxes,
      sms: parts.sms ?? handoffTransport,
    });
  }

  async status(): Promise<ProfileStatus> {
    const { phase, identity, cell, consent } = this.#state.current;
    return {
      phase: phaseWords[phase],
      ...(identity ? { number: identity.number as PhoneNumber } : {}),
      ...(cell ? { server: cell.url } : {}),
      purposes: consent?.purposes ?? [],
      policyChanged: consent !== undefined && !isCurrent(consent),
      queued: await countQueued(this.#records),
    };
  }

  /**
   * The owner's yes. Records it, then has a code sent to the number; the same again sends another code. On a
   * profile that is on and paused by a changed policy, it is the yes to that.
   * @param server of the cell, such as https://assent.example.
   * @throws AssentError already_on, number_refused, rate_limited, sms_failed, service_untrusted, unreachable
   */
  turnOn(number: PhoneNumber, server: string, purposes: readonly Purpose[]): Promise<TurnedOn> {
    return this.#exclusive(async () => {
      const origin = serverOrigin(server);
      // An account that may be at a service is deleted there before its keys are given up here.
      if (leavesAccountBehind(this.#state.current, number, origin)) {
        const left = await this.#leave();
        if (left.kind === "waiting") throw new AssentError("unreachable");
      }
      if (this.#state.current.phase === Phase.ENDED) await forgetAccount(this.#registering());
      return askForCode(this.#registering(), number, origin, purposes);
    });
  }

  /** @throws AssentError not_verifying, code_wrong, code_expired, service_untrusted, unreachable */
  verify(code: string): Promise<void> {
    return this.#exclusive(async () => {
      await verifyCode(this.#registering(), code);
      await this.#mailboxes.prepare(this.#self());
    });
  }

  importContacts(vcards: Uint8Array): Promise<ImportResult> {
    return this.#exclusive(() => importVcards(this.#records, vcards, this.#ownNumber()));
  }

  contacts(): Promise<Contact[]> {
    return listContacts(this.#records);
  }

  /** @throws AssentError consent_required, lookups_used_up, service_untrusted, unreachable */
  check(number: PhoneNumber): Promise<Checked> {
    return this.#exclusive(async () => {
      const found = await this.#discovery.find(this.#self(), number);
      const record = await this.#records.get("numbers", number);
      const keyChanged = record !== undefined && hasNewKey(record);
      return { number, route: found.route, keyChanged };
    });
  }

  /** @throws AssentError text_empty, text_too_long, not_private, gone, key_changed, blocked, consent_required … */
  send(number: PhoneNumber, text: string, options: SendOptions = {}): Promise<SendResult> {
    return this.#exclusive(() =>
      this.#texting.send(() => this.#self(), this.#isOn(), number, text, options),
    );
  }

  /** @throws AssentError consent_required, signed_out, service_untrusted, unreachable */
  async receive({ show, follow }: ReceiveOptions): Promise<void> {
    await this.#exclusive(() => showNew(this.#records, show));
    try {
      await this.#mailboxes.receive(this.#self(), {
        exclusively: (step) => this.#exclusive(step),
        afterEach: () => showNew(this.#records, show),
        ...(follow ? { follow } : {}),
      });
    } catch (error) {
      if (error instanceof AssentError && error.code === "signed_out") {
        await this.#exclusive(async () => {
          if (this.#isOn()) await this.#state.change({ phase: Phase.ENDED });
        });
      }
      throw error;
    }
  }

  history(number: PhoneNumber): Promise<ShownText[]> {
    return readThread(this.#records, number);
  }

  /** What comes from this number is dropped from now on; who writes is not told. */
  block(number: PhoneNumber): Promise<void> {
    return this.#exclusive(() => this.#setBlocked(number, true));
  }

  unblock(number: PhoneNumber): Promise<void> {
    return this.#exclusive(() => this.#setBlocked(number, false));
  }

  /** All that left this device, oldest first. */
  ledger(): Promise<LedgerLine[]> {
    return readLedger(this.#records);
  }

  /** Leaves: takes what still waits, then deletes at the service. What it stored here stays here. */
  turnOff(): Promise<Left> {
    return this.#exclusive(() => this.#leave());
  }

  /** What the service stated when it deleted the last account. */
  receipt(): Promise<OwnerReceipt | undefined> {
    return keptReceipt(this.#state);
  }

  /** Lets go of the network and the store. What was under way fails or was done. */
  async close(): Promise<void> {
    this.#mailboxes.close();
    await this.#last.catch(() => undefined);
    this.#egress.close();
    await this.#parts.store.close();
  }

  async #leave(): Promise<Left> {
    const off = this.#registering();
    if (this.#isOn()) await this.#mailboxes.drain(this.#self());
    await startLeaving(off);
    this.#mailboxes.close();
    return finishLeaving(off);
  }

  async #setBlocked(number: PhoneNumber, blocked: boolean): Promise<void> {
    const record = (await this.#records.get("numbers", number)) ?? create(NumberRecordSchema);
    await this.#records.commit([put("numbers", number, { ...record, blocked })]);
    const people = await this.#records.list("people");
    const accounts = people.filter(({ record: person }) => person.number === number);
    if (!this.#isOn() || accounts.length === 0) return;
    for (const { key } of accounts) await this.#mailboxes.setBlocked(this.#self(), key, blocked);
  }

  #isOn(): boolean {
    return this.#state.current.phase === Phase.ON;
  }

  #self(): Self {
    if (this.#state.current.phase === Phase.ENDED) throw new AssentError("signed_out");
    if (!this.#isOn()) throw new AssentError("consent_required");
    const state = this.#state.current;
    // Deriving public keys takes longer than encrypting a text.
    if (this.#knownSelf?.state !== state) this.#knownSelf = { state, self: selfOf(state) };
    return this.#knownSelf.self;
  }

  #ownNumber(): PhoneNumber | undefined {
    return this.#state.current.identity?.number as PhoneNumber | undefined;
  }

  #registering() {
    return {
      state: this.#state,
      records: this.#records,
      encryption: this.#parts.encryption,
      service: (url: string) => openService(this.#egress, url),
      now: this.#parts.now,
    };
  }

  /** One thing at a time: every step reads, computes, and stores what it read. */
  #exclusive<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step, step);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** @throws AssentError unreachable where this is no address of a service. */
function serverOrigin(server: string): string {
  if (!URL.canParse(server)) throw new AssentError("unreachable");
  const { protocol, origin } = new URL(server);
  if (protocol !== "https:" && protocol !== "http:") throw new AssentError("unreachable");
  return origin;
}
