// The phone as screens see it: everything they can ask of the SDK, which runs in a worker so that encrypting never
// holds up typing.
import type {
  Checked,
  Contact,
  ContactImport,
  ConversationSummary,
  Country,
  Found,
  LedgerPage,
  LedgerTotals,
  Left,
  ListTop,
  OwnerReceipt,
  PersonView,
  Photo,
  ProfileStatus,
  SendResult,
  SmsPreview,
  ThreadPage,
  ThreadText,
  TurnedOn,
} from "@assent/client";
import type { ErrorCode, PhoneNumber, Purpose } from "@assent/protocol";
import type { CallingCode, NumberReading, SpacedNumber } from "@assent/protocol/national-number";
import type { LedgerDay } from "./ledger-days.ts";

/** `waiting`: there is no connection now; one is tried again by itself. */
export type Connection = "idle" | "waiting" | "connected";

/** What the worker says without being asked. */
export type Announcement =
  | { readonly kind: "status"; readonly status: ProfileStatus }
  | { readonly kind: "connection"; readonly connection: Connection; readonly trouble?: ErrorCode }
  /** How much is done, from 0 to 1, of what the service asks for before a code; left out where nothing is asked for now. */
  | { readonly kind: "work"; readonly done?: number }
  | { readonly kind: "contacts" }
  | { readonly kind: "ledger" }
  | { readonly kind: "numbers"; readonly numbers: readonly PhoneNumber[] }
  | { readonly kind: "texts"; readonly number: PhoneNumber; readonly keys: readonly string[] }
  | {
      readonly kind: "notice";
      readonly number: PhoneNumber;
      readonly notice: "key-changed" | "restarted" | "missing";
      readonly count?: number;
    }
  /** Another tab took the phone over: nothing can be done here any more. */
  | { readonly kind: "taken-over" };

/** What was typed as a number: that number, as its country writes it, or what it is instead. */
export type TypedNumber =
  | { readonly kind: "number"; readonly number: PhoneNumber; readonly shown: string }
  | { readonly kind: NotANumber };

export type NotANumber = Exclude<NumberReading["kind"], "number">;

/** What an address book file would bring, by name; photos stay in the phone. */
export type ImportPreview = ContactImport;

/** What the list shows before all of it is read. */
export interface FirstScreen extends ListTop {
  readonly status: ProfileStatus;
  /** Of whom there is a row. */
  readonly contacts: readonly Contact[];
}

export interface Phone {
  /** Before opening: SMS goes by the demo's radio rather than to the device's own app. */
  attachRadio(radio: MessagePort): Promise<void>;
  /** Before opening: the page answers for the browser's push service, which a worker cannot ask. */
  attachPush(platform: MessagePort): Promise<void>;
  /** Looks again at what the browser has. Rejects where it cannot be woken though the owner wants it. */
  settlePush(): Promise<void>;
  /**
   * @param announcements where they go.
   * @param takeOver takes the phone from another tab that has it.
   */
  open(announcements: MessagePort, takeOver: boolean): Promise<FirstScreen>;
  /** Once the list is read: what comes is taken from here on, and code that may be needed later is loaded. */
  connect(): Promise<void>;
  close(): Promise<void>;
  /** Deletes all that this browser keeps of the phone, also where it cannot be opened. The page is to be reloaded. */
  startAfresh(): Promise<void>;
  /** Tries to connect now rather than after the pause. */
  reconnect(): Promise<void>;

  status(): Promise<ProfileStatus>;
  /** @param invitation as it was typed, or stood in a link. */
  turnOn(number: PhoneNumber, invitation?: string): Promise<TurnedOn>;
  verify(code: string): Promise<void>;
  setPurpose(purpose: Exclude<Purpose, "service">, granted: boolean): Promise<void>;
  turnOff(): Promise<Left>;
  receipt(): Promise<OwnerReceipt | undefined>;

  /** @param country whose form is read where there is no country code. */
  readNumber(typed: string, country?: Country): Promise<TypedNumber>;
  spacedWhileTyped(typed: string, country?: Country): Promise<SpacedNumber>;
  callingCodes(): Promise<readonly CallingCode[]>;
  /** The country that counts, else one that people of this language are in. */
  offeredCountry(locale: string): Promise<Country | undefined>;
  chooseCountry(country: Country): Promise<void>;

  contacts(): Promise<Contact[]>;
  photo(number: PhoneNumber): Promise<Photo | undefined>;
  /** Stores nothing. */
  previewImport(vcards: Uint8Array, country?: Country): Promise<ImportPreview>;
  /** Resolves with how many numbers have a name by it. */
  importContacts(vcards: Uint8Array, country?: Country): Promise<number>;
  nameContact(number: PhoneNumber, name: string): Promise<void>;
  removeContact(number: PhoneNumber): Promise<void>;

  conversations(): Promise<ConversationSummary[]>;
  conversation(number: PhoneNumber): Promise<ConversationSummary | undefined>;
  startConversation(number: PhoneNumber): Promise<ConversationSummary>;
  /** Takes one that was opened and never used out of the list. */
  forgetUnused(number: PhoneNumber): Promise<void>;
  page(number: PhoneNumber, limit: number, before?: string): Promise<ThreadPage>;
  texts(number: PhoneNumber, keys: readonly string[]): Promise<ThreadText[]>;
  markRead(number: PhoneNumber): Promise<void>;
  setDraft(number: PhoneNumber, draft: string): Promise<void>;
  setMuted(number: PhoneNumber, muted: boolean): Promise<void>;
  setPinned(number: PhoneNumber, pinned: boolean): Promise<void>;
  /** Out of the list; a text that comes brings it back, unless it is muted. */
  setArchived(number: PhoneNumber, archived: boolean): Promise<void>;
  markUnread(number: PhoneNumber): Promise<void>;
  /** Forgets all its texts here. */
  clearConversation(number: PhoneNumber): Promise<void>;
  /** Forgets it here, with all its texts. */
  deleteConversation(number: PhoneNumber): Promise<void>;
  removeText(number: PhoneNumber, key: string): Promise<void>;
  search(query: string, limit: number, before?: string): Promise<Found>;

  check(number: PhoneNumber): Promise<Checked>;
  /** Stores it. Resolves with its key; rejects only where nothing was taken. */
  send(number: PhoneNumber, text: string, route: "private" | "sms"): Promise<string>;
  /** What became of it, once that is decided or nothing more can be done now. */
  outcome(key: string): Promise<SendResult>;
  sendAgain(key: string): Promise<void>;
  /** What a text would be as an SMS, and who would send it. */
  previewSms(text: string): Promise<SmsPreview>;
  /** A private text goes by SMS instead, where it surely has not arrived. */
  sendAsSms(key: string): Promise<SendResult>;
  person(number: PhoneNumber): Promise<PersonView>;
  setCompared(number: PhoneNumber, compared: boolean): Promise<void>;
  /** Of who wrote first: they are known from now on. */
  accept(number: PhoneNumber): Promise<void>;
  acceptNewKey(number: PhoneNumber): Promise<void>;
  setBlocked(number: PhoneNumber, blocked: boolean): Promise<void>;

  ledgerPage(limit: number, before?: string): Promise<LedgerPage>;
  ledgerTotals(): Promise<LedgerTotals>;
  clearLedger(): Promise<void>;
  /** What left on each of the last days, oldest first; today is the last. */
  ledgerDays(days: number): Promise<readonly LedgerDay[]>;
}
