// One profile, one phone: the SDK's only class. Wires the rooms together and runs one thing at a time.
import { AssentError, type PhoneNumber, type Purpose } from "@assent/protocol";
import { checkedEnding } from "./account/ending.ts";
import { ProfileStateKeeper } from "./account/profile-state.ts";
import { type Self, selfOf } from "./account/self.ts";
import { type ProfileStatus, statusOf } from "./account/status.ts";
import {
  finishLeaving,
  forgetAccount,
  keptReceipt,
  type Left,
  type OwnerReceipt,
  startLeaving,
} from "./account/turn-off.ts";
import {
  askForCode,
  isSignedOutOf,
  leavesAccountBehind,
  type TurnedOn,
  verifyCode,
} from "./account/turn-on.ts";
import { giveConsent, isCurrent } from "./consent/consent.ts";
import type { Contacts } from "./contacts/contacts.ts";
import { withheldReadReceipts } from "./conversations/history/owed-receipts.ts";
import {
  readThread,
  type ShownEvent,
  type ShownText,
  showNew,
} from "./conversations/history/shown.ts";
import type { Threads } from "./conversations/history/threads.ts";
import { countQueued, type SendOptions } from "./conversations/outgoing/queue.ts";
import { setBlocked } from "./conversations/people/blocking.ts";
import { noteComparison, type PersonView, viewPerson } from "./conversations/people/person-view.ts";
import { SignedOut } from "./egress/inbox.ts";
import type { LedgerLine, LedgerPage, LedgerTotals } from "./egress/ledger.ts";
import { type ProfileParts, type Rooms, type WiringParts, wireRooms } from "./rooms.ts";
import { hasNewKey, type Route, type SendResult } from "./routes/routes.ts";
import { type ProfileChange, shownChange } from "./store/changes.ts";
import { type Identity, Phase, type ProfileState, Records } from "./store/records.ts";
import type { Change } from "./store/store.ts";

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
  /** Called with whether there is a connection, each time that changes. */
  readonly connected?: (isConnected: boolean) => void;
}

type Watcher = (change: ProfileChange) => void;

export async function openProfile(parts: ProfileParts): Promise<Profile> {
  const watchers = new Set<Watcher>();
  const tell = (changes: readonly Change[]) => {
    const change = watchers.size > 0 ? shownChange(changes) : undefined;
    if (change) for (const watch of watchers) watch(change);
  };
  const records = new Records(parts.store, tell);
  const ledgerRecords = new Records(parts.store, tell);
  const state = await ProfileStateKeeper.load(records);
  return new Profile({ ...parts, records, ledgerRecords, state }, watchers);
}

type KeptParts = ProfileParts & Pick<WiringParts, "records" | "ledgerRecords" | "state">;

export class Profile {
  readonly #parts: KeptParts;
  readonly #records: Records;
  readonly #state: ProfileStateKeeper;
  readonly #rooms: Rooms;
  readonly #watchers: Set<Watcher>;
  /** The owner's conversations, as this device has them. */
  readonly threads: Threads;
  /** The owner's address book, and the country that numbers are typed in. */
  readonly contacts: Contacts;
  #knownSelf: Self | undefined;
  #knownIdentity: Identity | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: KeptParts, watchers: Set<Watcher>) {
    this.#watchers = watchers;
    this.#parts = parts;
    this.#records = parts.records;
    this.#state = parts.state;
    this.#rooms = wireRooms({
      ...parts,
      self: () => this.#self(),
      exclusively: (step) => this.#exclusive(step),
    });
    this.threads = this.#rooms.threads;
    this.contacts = this.#rooms.contacts;
  }

  /** Calls with what changed, after each commit. Returns what ends that. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async status(): Promise<ProfileStatus> {
    const queued = await countQueued(this.#records);
    // Whoever was told of a commit a moment ago must not read what was before it.
    return statusOf(this.#state.current, queued, this.#parts.now());
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
      if (isSignedOutOf(this.#state.current, number, origin)) {
        const consent = giveConsent(purposes, this.#parts.now());
        if (await this.#isKnownAgain({ consent })) return { kind: "consent-renewed" };
      } else if (this.#state.current.phase === Phase.ENDED) {
        await forgetAccount(this.#rooms.account);
      }
      return askForCode(this.#rooms.account, number, origin, purposes);
    });
  }

  /** @throws AssentError not_verifying, code_wrong, code_expired, service_untrusted, unreachable */
  verify(code: string): Promise<void> {
    return this.#exclusive(async () => {
      await verifyCode(this.#rooms.account, code);
      await this.#rooms.mailboxes.prepare(this.#self());
    });
  }

  /**
   * The owner's yes or no to one further purpose. Both take effect at once.
   * @throws AssentError consent_required where private messages are off.
   */
  setPurpose(purpose: Exclude<Purpose, "service">, granted: boolean): Promise<void> {
    return this.#exclusive(async () => {
      const { consent } = this.#state.current;
      if (!this.#isOn() || !consent) throw new AssentError("consent_required");
      if (!isCurrent(consent)) throw new AssentError("policy_changed");
      const others = consent.purposes.filter((known) => known !== purpose) as Purpose[];
      const purposes = granted ? [...others, purpose] : others;
      const withheld =
        purpose === "receipts" && !granted ? await withheldReadReceipts(this.#records) : [];
      await this.#state.change({ consent: giveConsent(purposes, this.#parts.now()) }, withheld);
    });
  }

  person(number: PhoneNumber): Promise<PersonView> {
    return viewPerson(this.#records, this.#state.current.identity, number);
  }

  /** The owner compared the safety number with the person, or takes that back. */
  setCompared(number: PhoneNumber, compared: boolean): Promise<void> {
    return this.#exclusive(() => noteComparison(this.#records, number, compared));
  }

  /** The owner saw that the number's key changed, and will write to the new one. */
  acceptNewKey(number: PhoneNumber): Promise<void> {
    return this.#exclusive(() => this.#rooms.queueing.acceptNewKey(this.#self(), number));
  }

  /** @throws AssentError consent_required, lookups_used_up, service_untrusted, unreachable */
  check(number: PhoneNumber): Promise<Checked> {
    return this.#exclusive(async () => {
      const found = await this.#rooms.discovery.find(this.#self(), number);
      const record = await this.#records.get("numbers", number);
      const keyChanged = record !== undefined && hasNewKey(record);
      return { number, route: found.route, keyChanged };
    });
  }

  /** @throws AssentError text_empty, text_too_long, not_private, gone, key_changed, blocked, consent_required … */
  send(number: PhoneNumber, text: string, options: SendOptions = {}): Promise<SendResult> {
    return this.#exclusive(() =>
      this.#rooms.queueing.send(() => this.#self(), this.#isOn(), number, text, options),
    );
  }

  /** Sends what waits to be sent, receipts too; what cannot be sent now waits on. Nothing where it is off. */
  sendWaiting(): Promise<void> {
    return this.#exclusive(async () => {
      if (this.#isOn()) await this.#rooms.mailboxes.flush(this.#self());
    });
  }

  /**
   * Sends a text again that was not delivered, privately.
   * @param key of the text in its thread.
   */
  sendAgain(key: string): Promise<SendResult> {
    return this.#exclusive(() => this.#rooms.queueing.sendAgain(() => this.#self(), key));
  }

  /** @throws AssentError consent_required, signed_out, service_untrusted, unreachable */
  async receive({ show, follow, connected }: ReceiveOptions): Promise<void> {
    await this.#exclusive(() => this.#isKnownAgain({}));
    await this.#exclusive(() => showNew(this.#records, show));
    try {
      await this.#rooms.mailboxes.receive(() => this.#self(), {
        exclusively: (step) => this.#exclusive(step),
        afterEach: () => showNew(this.#records, show),
        ...(follow ? { follow } : {}),
        ...(connected ? { connected } : {}),
      });
    } catch (error) {
      if (error instanceof AssentError && error.code === "signed_out") {
        await this.#exclusive(() => this.#end(error));
      }
      throw error;
    }
  }

  /**
   * The owner's word that this device goes on, where it was set back and `status` says that it waits: conversations begin
   * anew. Nothing where it does not have to.
   */
  restart(): Promise<void> {
    return this.#exclusive(async () => {
      const { restart } = this.#state.current;
      if (!restart) return;
      await this.#state.change({ restart: { ...restart, confirmed: true } });
      await this.#rooms.mailboxes.beginAnew(this.#self());
    });
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
    return this.#rooms.ledger.lines();
  }

  ledgerPage(range: { readonly before?: string; readonly limit: number }): Promise<LedgerPage> {
    return this.#rooms.ledger.page(range);
  }

  ledgerTotals(): Promise<LedgerTotals> {
    return this.#rooms.ledger.totals();
  }

  /** Forgets what left, or what left before a moment; what leaves from now on is noted as before. */
  clearLedger(range: { readonly before?: Date } = {}): Promise<void> {
    return this.#rooms.ledger.clear(range);
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
    this.#rooms.mailboxes.close();
    await this.#last.catch(() => undefined);
    this.#rooms.egress.close();
    await this.#parts.store.close();
  }

  async #end(error: AssentError): Promise<void> {
    if (!this.#isOn()) return;
    const statement = error instanceof SignedOut ? error.statement : undefined;
    const ending = statement && (await checkedEnding(this.#self(), statement));
    await this.#state.change({ phase: Phase.ENDED, ending });
  }

  /**
   * Whether the service knows a device again that it had signed out without saying how the account ended: it may have
   * run without its data then. A device that is known goes on as it was.
   */
  async #isKnownAgain(fields: Partial<ProfileState>): Promise<boolean> {
    const before = this.#state.current;
    if (before.phase !== Phase.ENDED || before.ending) return false;
    await this.#state.change({ ...fields, phase: Phase.ON });
    try {
      (await this.#rooms.account.signedRequests.openInbox(this.#self())).close();
      return true;
    } catch (error) {
      await this.#state.change({ phase: Phase.ENDED, consent: before.consent });
      if (error instanceof AssentError) return false;
      throw error;
    }
  }

  async #leave(): Promise<Left> {
    const off = this.#rooms.account;
    if (this.#isOn()) await this.#rooms.mailboxes.drain(this.#self());
    await startLeaving(off);
    this.#rooms.mailboxes.close();
    return finishLeaving(off);
  }

  async #setBlocked(number: PhoneNumber, blocked: boolean): Promise<void> {
    const isUntold = await setBlocked(this.#records, number, blocked);
    if (isUntold && this.#isOn()) await this.#rooms.mailboxes.tellBlocked(this.#self());
  }

  #isOn(): boolean {
    return this.#state.current.phase === Phase.ON;
  }

  #self(): Self {
    if (this.#state.current.phase === Phase.ENDED) throw new AssentError("signed_out");
    if (!this.#isOn()) throw new AssentError("consent_required");
    const { identity } = this.#state.current;
    const cell = this.#rooms.account.cells.pinned;
    // Deriving public keys takes longer than sealing a text.
    const isKnown = this.#knownIdentity === identity && this.#knownSelf?.cell === cell;
    if (!isKnown) {
      this.#knownSelf = selfOf(identity, cell);
      this.#knownIdentity = identity;
    }
    return this.#knownSelf as Self;
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
