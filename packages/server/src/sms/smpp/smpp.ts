// SMS through an SMSC that speaks SMPP 3.4, as most providers offer it. The provider reads every text and number.
import type { Duplex } from "node:stream";
import { type After, pause } from "../../after.ts";
import { sendingOnce } from "../once-for-each-key.ts";
import {
  type OutgoingSms,
  passingToldMs,
  type SmsHearing,
  type SmsOutcome,
  type SmsProvider,
  type SmsTrouble,
} from "../transport.ts";
import { createIncomingTexts, type IncomingQuotas } from "./incoming.ts";
import { createLink, type LinkQuotas } from "./link.ts";
import { type Bind, parameterTags, type ShortMessage, type SmsAddress } from "./pdu.ts";
import { readReceipt } from "./receipt.ts";
import { createReports, type SentText, type Submission } from "./reports.ts";
import { type Segment, segmentsOf } from "./segments.ts";
import { bindSession, type SessionQuotas } from "./session.ts";

export interface SmppQuotas extends SessionQuotas, LinkQuotas, IncomingQuotas {
  /** Where the SMSC wants fewer at a time, an SMS is submitted again after each of these. */
  readonly throttledPausesMs: readonly number[];
  /** SMS whose receipts are waited for. */
  readonly receiptsAwaited: number;
}

export interface SmppParts extends SmsHearing {
  /** A connection to the SMSC, by TLS where it should be; rejects where there is none, or once `closing` is aborted. */
  readonly connect: (closing: AbortSignal) => Promise<Duplex>;
  readonly bind: Bind;
  /** What people see as the sender; must be one that the SMSC lets this account use. */
  readonly source: SmsAddress;
  readonly quotas: SmppQuotas;
  readonly now: () => number;
  readonly after: After;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly trouble: (what: SmsTrouble) => void;
}

/** §5.2.12: the content begins with a user data header. */
const withHeader = 0x40;
/** §5.2.17: a receipt at the end, whatever it is. */
const receiptWanted = 0x01;

export function createSmppSms(parts: SmppParts): SmsProvider {
  const { quotas, after, now } = parts;
  let throttledAt = Number.NEGATIVE_INFINITY;
  const reports = createReports(parts.reported, quotas.receiptsAwaited, after);
  const incoming = createIncomingTexts(quotas, after);
  // Both begin somewhere: after a restart they should not be those of what was sent a moment ago.
  let texts = Math.floor(parts.random() * 256);
  let references = Math.floor(parts.random() * 255);
  const link = createLink({
    bind: async (closing) =>
      bindSession({
        connection: await parts.connect(closing),
        closing,
        bind: parts.bind,
        quotas,
        after,
        delivered: async (message) => {
          const receipt = readReceipt(message);
          // A receipt goes the other way: it comes from whom the SMS went to.
          if (receipt) return reports.receipt(receipt, message.source.digits);
          const sms = incoming.take(message);
          if (sms) await parts.received(sms);
        },
      }),
    quotas,
    after,
    random: parts.random,
    trouble: parts.trouble,
  });

  async function sendText(sms: OutgoingSms, closing: AbortSignal): Promise<SmsOutcome> {
    texts = (texts + 1) % 256;
    const segments = segmentsOf(sms.text, texts);
    const text: SentText = { key: sms.key, missing: segments.length, isReported: false };
    let first: SmsOutcome | undefined;
    for (const segment of segments) {
      const outcome = await sendSegment(sms, text, segment, closing);
      if (outcome.kind !== "accepted") {
        // With a part of it on its way, nobody can say that none went out.
        return first ? { kind: "unknown" } : outcome;
      }
      first ??= outcome;
    }
    return first ?? { kind: "refused" };
  }

  async function sendSegment(
    sms: OutgoingSms,
    text: SentText,
    segment: Segment,
    closing: AbortSignal,
  ): Promise<SmsOutcome> {
    references = (references % 255) + 1;
    const message = messageOf(sms, segment, parts.source, references);
    const submission = reports.submitting({
      text,
      destination: message.destination.digits,
      reference: references,
      validForSeconds: sms.validForSeconds,
    });
    const outcome = await submit(message, submission, closing);
    submission.ended(outcome.kind === "accepted" || outcome.kind === "unknown");
    return outcome;
  }

  async function submit(
    message: ShortMessage,
    submission: Submission,
    closing: AbortSignal,
  ): Promise<SmsOutcome> {
    for (const pauseMs of [...quotas.throttledPausesMs, undefined]) {
      const session = await link.session();
      if (!session) return { kind: "unavailable" };
      const submitted = await session.submit(message);
      switch (submitted.kind) {
        case "accepted":
          throttledAt = Number.NEGATIVE_INFINITY;
          submission.accepted(submitted.messageId);
          return { kind: "accepted", id: submitted.messageId };
        case "refused":
          return { kind: "refused" };
        case "unknown":
          return { kind: "unknown" };
        case "later":
          throttledAt = now();
          if (pauseMs !== undefined) await pause(pauseMs, after, closing);
      }
    }
    return { kind: "unavailable" };
  }

  const sending = sendingOnce(sendText, after);
  return {
    name: "smpp",
    send: sending.send,
    async state() {
      const state = link.state();
      return state === "ready" && now() - throttledAt < passingToldMs ? "throttled" : state;
    },
    async close() {
      await Promise.all([sending.close(), link.close()]);
      incoming.close();
      reports.close();
    },
  };
}

function messageOf(
  sms: OutgoingSms,
  segment: Segment,
  source: SmsAddress,
  reference: number,
): ShortMessage {
  return {
    source,
    destination: internationalNumber(sms.to),
    esmClass: segment.hasHeader ? withHeader : 0,
    validity: relativeTime(sms.validForSeconds),
    registeredDelivery: receiptWanted,
    dataCoding: segment.dataCoding,
    content: segment.content,
    parameters: new Map([[parameterTags.userMessageReference, Uint8Array.of(0, reference)]]),
  };
}

/** International, of the ISDN plan (§5.2.5, §5.2.6). */
export function internationalNumber(number: string): SmsAddress {
  return { type: 1, plan: 1, digits: number.replace(/^\+/, "") };
}

/** A name such as Assent: alphanumeric, at most 11 characters. */
export function senderName(name: string): SmsAddress {
  return { type: 5, plan: 0, digits: name };
}

/** YYMMDDhhmmsstnnR, from now (§7.1.1.2). */
function relativeTime(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const days = Math.min(seconds / 86_400, 28);
  return `0000${two(days)}${two((seconds / 3_600) % 24)}${two((seconds / 60) % 60)}${two(seconds % 60)}000R`;
}
