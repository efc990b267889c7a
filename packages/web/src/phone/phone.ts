// The phone as screens see it: everything they can ask of the SDK, which runs in a worker so that encrypting never
// holds up typing.
import type {
  Checked,
  Contact,
  ConversationSummary,
  Found,
  LedgerPage,
  LedgerTotals,
  Left,
  OwnerReceipt,
  PersonView,
  ProfileStatus,
  SendResult,
  ThreadPage,
  ThreadText,
  TurnedOn,
} from "@assent/client";
import type { Declaration, DeclarationId, ErrorCode, PhoneNumber, Purpose } from "@assent/protocol";

/** `waiting`: there is no connection now; one is tried again by itself. */
export type Connection = "idle" | "waiting" | "connected";

/** What the worker says without being asked. */
export type Announcement =
  | { readonly kind: "status"; readonly status: ProfileStatus }
  | { readonly kind: "connection"; readonly connection: Connection; readonly trouble?: ErrorCode }
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

/** Numbers as their country writes them, for people to read. */
export interface ReadNumber {
  readonly number: PhoneNumber;
  readonly shown: string;
}

/** How many numbers of an address book file have a name now, and how many could not be used. */
export interface ImportedContacts {
  readonly imported: number;
  readonly skipped: number;
}

/** One kind of message that may leave, as the contract declares it. */
export interface DeclaredKind extends Pick<Declaration, "purpose" | "why"> {
  readonly id: DeclarationId;
}

export interface Phone {
  /** Before opening: SMS goes by the demo's radio rather than to the device's own app. */
  attachRadio(radio: MessagePort): Promise<void>;
  /**
   * @param announcements where they go.
   * @param takeOver takes the phone from another tab that has it.
   */
  open(announcements: MessagePort, takeOver: boolean): Promise<void>;
  close(): Promise<void>;
  /** Deletes all that this browser keeps of the phone, also where it cannot be opened. The page is to be reloaded. */
  startAfresh(): Promise<void>;
  /** Tries to connect now rather than after the pause. */
  reconnect(): Promise<void>;

  status(): Promise<ProfileStatus>;
  turnOn(number: PhoneNumber): Promise<TurnedOn>;
  verify(code: string): Promise<void>;
  setPurpose(purpose: Exclude<Purpose, "service">, granted: boolean): Promise<void>;
  turnOff(): Promise<Left>;
  receipt(): Promise<OwnerReceipt | undefined>;

  readNumber(written: string): Promise<ReadNumber>;
  contacts(): Promise<Contact[]>;
  importContacts(vcards: Uint8Array): Promise<ImportedContacts>;
  nameContact(number: PhoneNumber, name: string): Promise<void>;

  conversations(): Promise<ConversationSummary[]>;
  conversation(number: PhoneNumber): Promise<ConversationSummary | undefined>;
  startConversation(number: PhoneNumber): Promise<ConversationSummary>;
  page(number: PhoneNumber, limit: number, before?: string): Promise<ThreadPage>;
  texts(number: PhoneNumber, keys: readonly string[]): Promise<ThreadText[]>;
  markRead(number: PhoneNumber): Promise<void>;
  setDraft(number: PhoneNumber, draft: string): Promise<void>;
  setMuted(number: PhoneNumber, muted: boolean): Promise<void>;
  removeText(number: PhoneNumber, key: string): Promise<void>;
  search(query: string, limit: number, before?: string): Promise<Found>;

  check(number: PhoneNumber): Promise<Checked>;
  /** Stores it. Resolves with its key; rejects only where nothing was taken. */
  send(number: PhoneNumber, text: string, route: "private" | "sms"): Promise<string>;
  /** What became of it, once that is decided or nothing more can be done now. */
  outcome(key: string): Promise<SendResult>;
  sendAgain(key: string): Promise<void>;
  person(number: PhoneNumber): Promise<PersonView>;
  setCompared(number: PhoneNumber, compared: boolean): Promise<void>;
  acceptNewKey(number: PhoneNumber): Promise<void>;
  setBlocked(number: PhoneNumber, blocked: boolean): Promise<void>;

  ledgerPage(limit: number, before?: string): Promise<LedgerPage>;
  ledgerTotals(): Promise<LedgerTotals>;
  clearLedger(): Promise<void>;
  /** Everything that may ever leave, whether it has or not. */
  declaredKinds(): Promise<readonly DeclaredKind[]>;
}
