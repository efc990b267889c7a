// The only public door of the SDK.

export type { AccountEnded } from "./account/ending.ts";
export { receiptJson } from "./account/receipt-json.ts";
export type { ProfilePhase, ProfileStatus } from "./account/status.ts";
export type { Left, OwnerReceipt } from "./account/turn-off.ts";
export type { TurnedOn } from "./account/turn-on.ts";
export type { Contact, ImportResult } from "./contacts/contacts.ts";
export type { ShownEvent, ShownState, ShownText } from "./conversations/events.ts";
export { folded, foldedWords } from "./conversations/folded.ts";
export type { PersonView } from "./conversations/person-view.ts";
export type { SendOptions } from "./conversations/texting.ts";
export {
  type ConversationSummary,
  type Found,
  type KnownRoute,
  mostUnread,
  type ThreadPage,
  type Threads,
  type ThreadText,
} from "./conversations/threads.ts";
export type { LedgerLine, LedgerPage, LedgerTotals } from "./egress/ledger.ts";
export { ledgerJson } from "./egress/ledger-json.ts";
export type { HttpResponse, Network } from "./egress/network.ts";
export { type Encryption, EncryptionRefused } from "./encryption/encryption.ts";
export { loadMls } from "./encryption/mls.ts";
export type { Timers } from "./line/silence.ts";
export { type Checked, openProfile, type Profile, type ReceiveOptions } from "./profile.ts";
export type { ProfileParts } from "./rooms.ts";
export type { Route, RouteWish, SendResult, SmsTransport } from "./routes/routes.ts";
export type { ProfileChange } from "./store/changes.ts";
export type { Change, Range, Store, TableName } from "./store/store.ts";
