// By which route a text goes: private, or SMS. A private chat never becomes SMS behind its owner's back.
import {
  AssentError,
  type ErrorCode,
  equalBytes,
  type MessageId,
  type PhoneNumber,
} from "@assent/protocol";
import { type Message, type NumberRecord, type Person, Standing } from "../store/records.ts";
import type { Change } from "../store/store.ts";

export type Route = "private" | "sms";
export type RouteWish = "auto" | Route;

/**
 * What sends SMS on this device. `handoff` opens the phone's own app and learns nothing of what it does; `fake`
 * is for development, and stands where a phone has its radio.
 */
export type SmsTransport =
  | {
      readonly name: "handoff";
      /** What the owner opens to send. */
      link(number: PhoneNumber, text: string): string;
    }
  | {
      readonly name: "fake";
      /** Rejects with AssentError sms_failed. */
      send(number: PhoneNumber, text: string): Promise<void>;
    };

/** By the service, where its owner chose that: it is asked once the text is stored, with this connection or the next. */
export interface SmsByService {
  readonly name: "service";
  /** What its recipient reads: whose it is, and where answers go, stand in it. */
  readonly reads: string;
  /** A text that goes this way from now on: what is to be stored of it, and with it. */
  take(key: string, text: Message): Change[];
}

/** How texts go by SMS now. */
export type SmsWay = SmsTransport | SmsByService;

/** What a text would be as an SMS. */
export interface SmsPreview {
  readonly by: "device" | "service";
  /** What its recipient reads. */
  readonly text: string;
  /** How many SMS it takes. */
  readonly parts: number;
}

/** An `sms:` link (RFC 5724) for the phone's own app. */
export const handoffTransport = {
  name: "handoff",
  link: (number, text) => `sms:${number}?body=${encodeURIComponent(text)}`,
} as const satisfies SmsTransport;

export type Planned =
  | { readonly route: "private"; readonly known: boolean }
  | { readonly route: "sms" };

/**
 * The route as far as it is known without asking anybody.
 * @throws AssentError blocked, key_changed
 */
export function plannedRoute(
  wish: RouteWish,
  number: NumberRecord | undefined,
  person: Person | undefined,
): Planned {
  if (number?.blocked) throw new AssentError("blocked");
  if (wish === "sms") return { route: "sms" };
  if (number && hasNewKey(number)) throw new AssentError("key_changed");
  const standing = person?.standing;
  const isConfirmed = standing === Standing.REQUEST || standing === Standing.CURRENT;
  const known = isConfirmed && (person?.groups.length ?? 0) > 0;
  return { route: "private", known };
}

/** Whether the number's record names another account than the one its owner was written at. */
export function hasNewKey({ accountId, acceptedAccountId }: NumberRecord): boolean {
  return (
    accountId.length > 0 &&
    acceptedAccountId.length > 0 &&
    !equalBytes(accountId, acceptedAccountId)
  );
}

/**
 * What became of one text.
 * taking-back: it goes by SMS once the service gave it back, which it did not answer yet.
 * taken: it cannot go by SMS any more: a device of theirs has it.
 * kept-private: nor can this, as it may have arrived already. It goes on by the private way, on which it is shown once.
 */
export type SendResult =
  | { readonly id: MessageId; readonly state: "not-delivered"; readonly error: ErrorCode }
  | {
      readonly id: MessageId;
      readonly state: "sent" | "queued" | "delivered" | "not-known";
      /** Why it is still queued, where more is wanting than a line. */
      readonly error?: ErrorCode;
      /** As an SMS that the service sends: what became of it is what carriers say. */
      readonly byService?: true;
    }
  | { readonly id: MessageId; readonly state: "taking-back" | "taken" | "kept-private" }
  | { readonly id: MessageId; readonly state: "handoff"; readonly link: string };
