// The SMS network of the demo: carries every SMS to the phone that has the number, and shows it to whoever looks at
// the page, as a real network could. What the service sends is fetched from its fake transport.
import type { PhoneNumber } from "@assent/protocol";
import { createStore } from "zustand";
import type { IncomingSms, OutgoingSms } from "../phone/radio.ts";
import { type DemoPhone, phones, service } from "./phones.ts";

export type Sms = IncomingSms & OutgoingSms;

export interface CarriedSms extends Sms {
  readonly id: number;
  readonly at: Date;
}

const pollMs = 1_000;

export class SmsNetwork {
  /** Oldest first. */
  readonly carried = createStore<readonly CarriedSms[]>(() => []);
  readonly #ports = new Map<PhoneNumber, MessagePort>();
  /** What came for phones that are not there yet. */
  readonly #waiting = new Map<PhoneNumber, IncomingSms[]>();
  /** When the last SMS was sent that this page fetched, by the number it went to. */
  readonly #fetchedUpTo = new Map<PhoneNumber, string>();

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
      if (at <= (this.#fetchedUpTo.get(to) ?? "")) continue;
      this.#fetchedUpTo.set(to, at);
      const sms = { from: service.number, to, text };
      this.#show(sms, new Date(at));
      // When the page is loaded again, the phone still has what was delivered to it.
      const deliveredKey = `assent.demo.delivered ${to}`;
      if (at <= (localStorage.getItem(deliveredKey) ?? "")) continue;
      localStorage.setItem(deliveredKey, at);
      this.#deliver(sms);
    }
  }

  #show(sms: Sms, at: Date): void {
    this.carried.setState((before) => [...before, { ...sms, at, id: before.length }], true);
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
