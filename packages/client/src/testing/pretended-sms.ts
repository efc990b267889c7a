// The SMS that a pretended service sends for devices without a SIM: opened as the registration room opens them, and kept for
// whoever tests what was said to whom. Each arrives when it is asked about.
import {
  AssentError,
  GetSmsStatesRequestSchema,
  hex,
  isRelayable,
  openSeal,
  type PhoneNumber,
  paddedNumberLength,
  parseNumber,
  randomBytes,
  relayedText,
  SendSmsRequestSchema,
  type SmsRelayService,
  SmsState,
  smsNameLength,
  smsSealData,
  textFromUtf8,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import type { PretendedCell } from "./pretended-cell.ts";
import type { Answering } from "./pretended-procedures.ts";

/** Whose request it is, by its signature. */
type Asked = (
  procedure: string,
  request: Parameters<NonNullable<Answering<typeof SmsRelayService>["sendSms"]>>[0]["request"],
) => Promise<{ readonly deviceId: Uint8Array; readonly body: Uint8Array }>;

export class PretendedSms {
  readonly #cell: PretendedCell;
  readonly #asked: Asked;
  readonly #states = new Map<string, SmsState>();
  readonly #sent: { readonly to: PhoneNumber; readonly text: string }[] = [];

  constructor(cell: PretendedCell, asked: Asked) {
    this.#cell = cell;
    this.#asked = asked;
  }

  /** As their recipient reads them, oldest first. */
  sentTo(number: PhoneNumber): string[] {
    return this.#sent.filter(({ to }) => to === number).map(({ text }) => text);
  }

  readonly answering: Answering<typeof SmsRelayService> = {
    nameSms: async ({ request }) => {
      await this.#asked("SmsRelayService/NameSms", request);
      return { name: randomBytes(smsNameLength) };
    },
    sendSms: async ({ request }) => {
      const { deviceId, body } = await this.#asked("SmsRelayService/SendSms", request);
      const { name, sealingEpoch, sealedSms } = fromBinary(SendSmsRequestSchema, body);
      const sealing = this.#cell.sealing.find(({ epoch }) => epoch === sealingEpoch);
      if (!sealing) throw new AssentError("key_outdated");
      const known = this.#states.get(hex(name));
      if (known !== undefined) return { state: known };
      const bound = smsSealData({ cellId: this.#cell.id, deviceId, name });
      const padded = await openSeal(sealing.pair.privateKey, "sms", sealedSms, bound);
      if (!padded) throw new AssentError("request_invalid");
      const from = parseNumber(unpadded(padded.subarray(0, paddedNumberLength)));
      const to = parseNumber(unpadded(padded.subarray(paddedNumberLength, 2 * paddedNumberLength)));
      const sms = { from, text: unpadded(padded.subarray(2 * paddedNumberLength)) };
      if (!isRelayable(sms)) throw new AssentError("request_invalid");
      this.#sent.push({ to, text: relayedText(sms) });
      this.#states.set(hex(name), SmsState.HANDED);
      return { state: SmsState.HANDED };
    },
    getSmsStates: async ({ request }) => {
      const { body } = await this.#asked("SmsRelayService/GetSmsStates", request);
      const { names } = fromBinary(GetSmsStatesRequestSchema, body);
      const isKnown = (name: Uint8Array) => this.#states.has(hex(name));
      return {
        states: names.map((name) => (isKnown(name) ? SmsState.DELIVERED : SmsState.NONE)),
      };
    },
  };
}

function unpadded(padded: Uint8Array): string {
  return textFromUtf8(padded).replace(/\0+$/, "");
}
