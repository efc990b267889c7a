// The only public door of the SDK.

export type { AccountEnded } from "./account/ending.ts";
export { receiptJson } from "./account/receipt-json.ts";
export type { ProfilePhase, ProfileStatus } from "./account/status.ts";
export type { Left, OwnerReceipt } from "./account/turn-off.ts";
export type { TurnedOn } from "./account/turn-on.ts";
export type { Timers } from "./clock/timers.ts";
export type { Contact, Contacts, ImportOptions } from "./contacts/contacts.ts";
export type {
  ContactImport,
  ReadyContact,
  UnusableContact,
  UnusableReason,
  WrittenContact,
} from "./contacts/import.ts";
export type { Photo } from "./contacts/photo.ts";
export { folded, foldedWords } from "./conversations/history/folded.ts";
export type { ShownEvent, ShownState, ShownText } from "./conversations/history/shown.ts";
export {
  type ConversationSummary,
  type Found,
  mostUnread,
  type ThreadPage,
  type Threads,
  type ThreadText,
} from "./conversations/history/threads.ts";
export type { SendOptions } from "./conversations/outgoing/queue.ts";
export type { KnownRoute, PersonView } from "./conversations/people/person-view.ts";
export type { LedgerLine, LedgerPage, LedgerTotals } from "./egress/ledger.ts";
export { ledgerJson } from "./egress/ledger-json.ts";
export type { HttpResponse, Network } from "./egress/network.ts";
export { type Encryption, EncryptionRefused } from "./encryption/encryption.ts";
export { loadMls } from "./encryption/mls.ts";
export { type Checked, openProfile, type Profile, type ReceiveOptions } from "./profile.ts";
export type { ProfileParts } from "./rooms.ts";
export type { Route, RouteWish, SendResult, SmsTransport } from "./routes/routes.ts";
export type { ProfileChange } from "./store/changes.ts";
export type { Change, Range, Store, TableName } from "./store/store.ts";
