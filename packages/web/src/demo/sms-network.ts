// The SMS network of the demo: carries every SMS to the phone that has the number, and shows it to whoever looks at
// the page, as a real network could. What the service sends is fetched from its fake transport.
import type { PhoneNumber } from "@assent/protocol";
import { createStore } from "zustand";
import type { IncomingSms, OutgoingSms } from "../phone/radio.ts";
import { type DemoPhone, phones, service } from "./phones.ts";

export type Sms = IncomingSms & OutgoingSms;

/** What passes a carrier: SMS, every word of it; and of what is sealed, its size and noise. */
export type Carried = { readonly id: number; readonly at: Date } & (
  | (Sms & { readonly kind: "sms" })
  | {
      readonly kind: "sealed";
      readonly from: PhoneNumber;
      readonly size: number;
      readonly noise: string;
    }
);

const pollMs = 500;

export class SmsNetwork {
  /** Oldest first. */
  readonly carried = createStore<readonly Carried[]>(() => []);
  readonly #ports = new Map<PhoneNumber, MessagePort>();
  /** What came for phones that are not there yet. */
  readonly #waiting = new Map<PhoneNumber, IncomingSms[]>();
  /** When the last SMS was sent that this page fetched, by the number it went to: nothing of earlier sessions. */
  readonly #fetchedUpTo = new Map<PhoneNumber, string>();
  readonly #since = new Date().toISOString();

  /** A phone is there: what it sends comes from this port, what is for it goes there. */
  attach({ number }: DemoPhone, port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<OutgoingSms>) =>
      this.carry({ from: number, to: data.to, text: data.text });
    for (const sms of this.#waiting.get(number) ?? []) port.postMessage(sms);
    this.#waiting.delete(number);
    this.#ports.set(number, port);
  }

  carry(sms: Sms): void {
    this.#show(sms, new Date());
    this.#deliver(sms);
  }

  /** Carries what the service sends, from now on, while the page is looked at. */
  carryForService(): void {
    const poll = async () => {
      if (document.visibilityState !== "visible") return;
      await Promise.all(phones.map(({ number }) => this.#carryForServiceTo(number)));
    };
    setInterval(() => void poll(), pollMs);
    void poll();
  }

  async #carryForServiceTo(to: PhoneNumber): Promise<void> {
    for (const { text, at } of await sentByService(to)) {
      if (at <= (this.#fetchedUpTo.get(to) ?? this.#since)) continue;
      this.#fetchedUpTo.set(to, at);
      const sms = { from: service.number, to, text };
      this.#show(sms, new Date(at));
      this.#deliver(sms);
    }
  }

  /** Something sealed passes: whom it is for, nothing on it says. */
  passSealed(from: PhoneNumber, sealed: { readonly size: number; readonly noise: string }): void {
    this.carried.setState(
      (before) => [
        ...before,
        { kind: "sealed", from, ...sealed, at: new Date(), id: before.length },
      ],
      true,
    );
  }

  /** The code of the next SMS that the service sends to a number. */
  nextCodeTo(number: PhoneNumber, signal: AbortSignal): Promise<string> {
    const before = this.carried.getState().length;
    return new Promise((resolve, reject) => {
      const stop = this.carried.subscribe((carried) => {
        const codes = carried
          .slice(before)
          .flatMap((one) => (one.kind === "sms" && one.to === number ? codeIn(one) : []));
        const [code] = codes;
        if (code === undefined) return;
        stop();
        resolve(code);
      });
      signal.addEventListener("abort", () => {
        stop();
        reject(signal.reason);
      });
    });
  }

  #show(sms: Sms, at: Date): void {
    this.carried.setState(
      (before) => [...before, { kind: "sms", ...sms, at, id: before.length }],
      true,
    );
  }

  #deliver({ from, to, text }: Sms): void {
    const sms: IncomingSms = { from, text };
    const port = this.#ports.get(to);
    if (port) port.postMessage(sms);
    else if (phones.some(({ number }) => number === to)) {
      this.#waiting.set(to, [...(this.#waiting.get(to) ?? []), sms]);
    }
  }
}

function codeIn({ from, text }: Sms): string[] {
  const code = from === service.number ? /\b\d{6}\b/.exec(text)?.[0] : undefined;
  return code === undefined ? [] : [code];
}

interface ServiceSms {
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Oldest first; none while the service cannot be reached. */
async function sentByService(to: PhoneNumber): Promise<readonly ServiceSms[]> {
  try {
    const answer = await fetch(`/sms/messages?to=${encodeURIComponent(to)}`);
    return answer.ok ? await answer.json() : [];
  } catch {
    return [];
  }
}
