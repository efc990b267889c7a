// The only public door of the SDK.

export type { Contact, ImportResult } from "./contacts/contacts.ts";
export type { ShownEvent, ShownState, ShownText } from "./conversations/events.ts";
export type { SendOptions } from "./conversations/texting.ts";
export type { LedgerLine } from "./egress/ledger.ts";
export type { HttpResponse, Network } from "./egress/network.ts";
export { type Encryption, EncryptionRefused } from "./encryption/encryption.ts";
export { loadMls } from "./encryption/mls.ts";
export type { Left, OwnerReceipt } from "./identity/turn-off.ts";
export type { TurnedOn } from "./identity/turn-on.ts";
export {
  type Checked,
  openProfile,
  type Profile,
  type ProfileParts,
  type ProfilePhase,
  type ProfileStatus,
  type ReceiveOptions,
} from "./profile.ts";
export type { Route, RouteWish, SendResult, SmsTransport } from "./routes/routes.ts";
export type { Change, Range, Store, TableName } from "./store/store.ts";
