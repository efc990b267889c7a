// The only public door of the SDK.

export {
  AssentError,
  type ErrorCode,
  errorTable,
  formatNumber,
  isErrorCode,
  type MessageId,
  type PhoneNumber,
  type Purpose,
  parseNumber,
  policy,
  policyFingerprint,
} from "@assent/protocol";

export type { Country } from "@assent/protocol/national-number";
export type { Account, TurnOnOptions } from "./account/account.ts";
export type { AccountEnded } from "./account/ending.ts";
export type { OperatorWords } from "./account/operator-words.ts";
export { receiptJson } from "./account/receipt-json.ts";
export { serverOriginOf } from "./account/server-origin.ts";
export type { ServiceEnds } from "./account/service-ends.ts";
export type { ProfilePhase, ProfileStatus } from "./account/status.ts";
export type { Left, OwnerReceipt } from "./account/turn-off.ts";
export type { TurnedOn } from "./account/turn-on.ts";
export type { Timers } from "./clock/timers.ts";
export type { Waiting } from "./clock/waiting.ts";
export type { Contact, Contacts, ImportOptions } from "./contacts/contacts.ts";
export type {
  ContactImport,
  ReadyContact,
  UnusableContact,
  UnusableReason,
  WrittenContact,
} from "./contacts/import.ts";
export type { Photo } from "./contacts/photo.ts";
export {
  type ConversationSummary,
  type Conversations,
  type ListTop,
  mostUnread,
  type ThreadPage,
} from "./conversations/history/conversations.ts";
export { folded, foldedWords } from "./conversations/history/folded.ts";
export { offersSms } from "./conversations/history/offers-sms.ts";
export type { Found } from "./conversations/history/searching.ts";
export type {
  Reaction,
  ShownEvent,
  ShownState,
  ShownText,
  ThreadText,
} from "./conversations/history/shown.ts";
export type { Queue, SendOptions, Taken } from "./conversations/outgoing/text-queue.ts";
export type { Checked, People } from "./conversations/people/people.ts";
export type { KnownRoute, PersonView } from "./conversations/people/person-view.ts";
export type { Ledger, LedgerLine, LedgerPage, LedgerTotals } from "./egress/ledger.ts";
export { ledgerJson } from "./egress/ledger-json.ts";
export type { HttpResponse, Network } from "./egress/network.ts";
export { type Encryption, EncryptionRefused } from "./encryption/encryption.ts";
export { loadMls } from "./encryption/mls.ts";
export type { EventsOptions, ProfileEvent } from "./events.ts";
export { openProfile, type Profile } from "./profile.ts";
export type { PlatformSubscription, Push, PushPlatform } from "./push/push.ts";
export type { ProfileParts } from "./rooms.ts";
export type { Route, RouteWish, SendResult, SmsPreview, SmsTransport } from "./routes/routes.ts";
export type { ProfileChange } from "./store/changes.ts";
export type { Change, Range, Store, TableName } from "./store/store.ts";
