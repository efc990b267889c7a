// The tables of errors: each code, whether trying again helps, and what the person reads. docs/protocol.md repeats them
// for other implementations; a test holds the two together.

import type { RequiredWork } from "./work.ts";

/** never: this will not work. later: the same again may. after-consent: say yes first. ask: the person decides. */
export type Retry = "never" | "later" | "after-consent" | "ask";

export interface ErrorEntry {
  readonly retry: Retry;
  readonly message: string;
}

/** What crosses the wire: the contract's own. */
export const wireErrors = {
  consent_invalid: {
    retry: "never",
    message: "The service did not accept the signed consent. Update the app and turn on again.",
  },
  policy_changed: {
    retry: "after-consent",
    message:
      "The policy changed. Read the new one and answer again; until then the service is paused.",
  },
  number_invalid: {
    retry: "ask",
    message: "This is not a phone number in international form, such as +44 7400 123456.",
  },
  number_refused: {
    retry: "never",
    message:
      "This service sends no SMS to this number: it gets none, costs extra, or is not served here. Ask whoever runs it.",
  },
  code_wrong: {
    retry: "ask",
    message: "The code is not right. Check the SMS and type it again.",
  },
  code_expired: {
    retry: "ask",
    message: "The code is no longer valid. Ask for a new one.",
  },
  registration_closed: {
    retry: "later",
    message: "This service takes no new numbers at the moment. Ask whoever runs it.",
  },
  invitation_needed: {
    retry: "ask",
    message:
      "This service takes only those who were invited. Ask whoever runs it for an invitation.",
  },
  invitation_invalid: {
    retry: "ask",
    message: "This invitation does not hold: it was used, has ended, or is mistyped.",
  },
  sms_failed: {
    retry: "later",
    message: "The SMS could not be sent. Try again in a few minutes.",
  },
  rate_limited: {
    retry: "later",
    message: "Too many tries. Wait a while and try again.",
  },
  work_required: {
    retry: "later",
    message: "The service asks for a little work first, which this app does by itself. Try again.",
  },
  lookups_used_up: {
    retry: "later",
    message: "Too many numbers were looked up. More can be looked up tomorrow.",
  },
  gone: {
    retry: "ask",
    message: "This person left private messages. Send by SMS instead.",
  },
  signed_out: {
    retry: "ask",
    message:
      "The service no longer knows this device. Another phone may have taken over the number.",
  },
  address_expired: {
    retry: "later",
    message: "The address of this conversation ran out and is being renewed.",
  },
  mailbox_full: {
    retry: "later",
    message: "Too many texts wait for this person. They go out when some were received.",
  },
  request_invalid: {
    retry: "never",
    message: "The request was not understood.",
  },
  request_too_large: {
    retry: "never",
    message: "The request is too large.",
  },
  unauthenticated: {
    retry: "never",
    message: "The request was not signed by a known device.",
  },
  key_outdated: {
    retry: "later",
    message: "The service changed its keys. They are being fetched; this is tried again.",
  },
  update_required: {
    retry: "ask",
    message: "This app is too old for the service. Update it.",
  },
  counter_behind: {
    retry: "later",
    message: "The service has seen later requests of this device. It is being asked why.",
  },
  not_offered: {
    retry: "never",
    message: "The service does not offer this.",
  },
  mailbox_unknown: {
    retry: "later",
    message: "The mailbox is not there at the moment. This is tried again.",
  },
  after_refused: {
    retry: "later",
    message: "A text before this one was not taken yet. It goes out behind it.",
  },
  busy: {
    retry: "later",
    message: "The service cannot take this at the moment. This is tried again.",
  },
  request_compressed: {
    retry: "never",
    message: "The request was compressed. Send it as it is.",
  },
  internal: {
    retry: "later",
    message: "Something went wrong. Try again later.",
  },
} as const satisfies Record<string, ErrorEntry>;

/** What a device says by itself. */
export const deviceErrors = {
  consent_required: {
    retry: "after-consent",
    message: "Private messages are off. Turn them on first; until then nothing leaves this device.",
  },
  consent_declined: {
    retry: "ask",
    message: "Private messages stay off. Nothing was sent.",
  },
  off_declined: {
    retry: "ask",
    message: "Private messages stay on. Nothing was deleted.",
  },
  change_declined: {
    retry: "ask",
    message: "Nothing was changed.",
  },
  already_on: {
    retry: "never",
    message: "Private messages are already on. Turn them off before using another number.",
  },
  server_invalid: {
    retry: "ask",
    message:
      "This is no address of a service. It begins with https:// and ends with the name, such as https://assent.example.",
  },
  not_verifying: {
    retry: "ask",
    message: "No number is waiting for a code. Turn on first.",
  },
  not_private: {
    retry: "ask",
    message: "This number cannot receive private messages. Send by SMS instead.",
  },
  expired: {
    retry: "ask",
    message: "This text waited 30 days and was not received. Send it again, or by SMS.",
  },
  key_changed: {
    retry: "ask",
    message:
      "The key of this number changed: a new phone, or another person. Accept the new key to go on.",
  },
  blocked: {
    retry: "ask",
    message: "You blocked this number. Unblock it to write.",
  },
  service_untrusted: {
    retry: "never",
    message: "The service answered with something false. Nothing was sent; tell whoever runs it.",
  },
  unreachable: {
    retry: "later",
    message: "The service cannot be reached. Check the connection.",
  },
  text_too_long: {
    retry: "ask",
    message: "This text is too long. Split it into parts of at most 64,000 bytes.",
  },
  text_empty: {
    retry: "ask",
    message: "There is nothing to send.",
  },
  text_unknown: {
    retry: "ask",
    message: "There is no text with this id here.",
  },
  contacts_unreadable: {
    retry: "never",
    message: "This file is not a vCard that can be read.",
  },
  profile_in_use: {
    retry: "later",
    message: "This profile is in use by another program.",
  },
  folder_unusable: {
    retry: "ask",
    message: "This folder cannot hold a profile: it is no folder, or you may not write in it.",
  },
  profile_unreadable: {
    retry: "never",
    message: "This profile cannot be read. It is damaged, or was written by a newer version.",
  },
  storage_failed: {
    retry: "later",
    message: "This device could not save. Free some space and try again.",
  },
  own_number: {
    retry: "never",
    message: "This is your own number.",
  },
  unanswered_text_too_long: {
    retry: "ask",
    message: "Until this person answers, a text can have at most 8,192 bytes. Shorten it.",
  },
} as const satisfies Record<string, ErrorEntry>;

/** What the command line says by itself. */
export const commandErrors = {
  text_unreadable: {
    retry: "never",
    message: "This text is not UTF-8.",
  },
  name_unknown: {
    retry: "ask",
    message: "Nobody in the address book has this name. Give the number, or see `assent contacts`.",
  },
  name_ambiguous: {
    retry: "ask",
    message: "More than one number in the address book has this name. Give the number.",
  },
  file_missing: {
    retry: "ask",
    message: "There is no such file.",
  },
  file_unreadable: {
    retry: "ask",
    message: "This file cannot be read.",
  },
  answer_lost: {
    retry: "ask",
    message: "The program that has this profile ended before it answered. See what came of it.",
  },
  address_in_use: {
    retry: "ask",
    message: "Another program listens on this port. Choose another with --port.",
  },
  output_failed: {
    retry: "later",
    message: "The output could not be written. What was not shown is shown again.",
  },
  wrong_usage: {
    retry: "never",
    message: "The command line was not understood. Try --help.",
  },
} as const satisfies Record<string, ErrorEntry>;

export const errorTable = { ...wireErrors, ...deviceErrors, ...commandErrors } as const;

export type WireErrorCode = keyof typeof wireErrors;
export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorTable, text);
}

/** Whether a service may say this. */
export function isWireErrorCode(text: string): text is WireErrorCode {
  return Object.hasOwn(wireErrors, text);
}

/** The only error that crosses a room's or a package's edge on purpose. */
export class AssentError extends Error {
  override readonly name = "AssentError";
  readonly code: ErrorCode;
  /** How long to wait, where the service said so. */
  readonly retryAfterSeconds: number | undefined;
  /** With work_required: what is to be done before the same is asked again. */
  readonly work: RequiredWork | undefined;

  constructor(
    code: ErrorCode,
    options: { cause?: unknown; retryAfterSeconds?: number; work?: RequiredWork } = {},
  ) {
    super(errorTable[code].message, "cause" in options ? { cause: options.cause } : {});
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.work = options.work;
  }

  get retry(): Retry {
    return errorTable[this.code].retry;
  }
}
