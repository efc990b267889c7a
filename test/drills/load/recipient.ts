// A bare phone that takes numbered texts: notes what is delivered, and acknowledges it. It knows which acknowledgements were
// answered, and so what may never come again.
import {
  authentication,
  type InboxAsk,
  inboxAnswerIn,
  inboxFrame,
  type Phone,
} from "@assent/bare-phone";
import type { Delivery } from "@assent/protocol";
import type { WebSocket } from "ws";
import { type NumberedText, readBody } from "./numbered-body.ts";
import { Reconnecting } from "./reconnecting.ts";

export interface RecipientParts {
  readonly phone: Phone;
  readonly origin: () => string;
  /** Each new one, and each that came again though it was acknowledged. */
  readonly onShown: (text: NumberedText) => void;
  /** Whether a text may have been stored twice: its sender put it again. */
  readonly mayBeTwice: (text: NumberedText) => boolean;
}

export class Recipient {
  readonly phone: Phone;
  /** Of its sockets, on this side. */
  readonly ports: number[] = [];
  /** Acknowledgements as they were asked for, with the time. */
  readonly asked: { readonly position: number; readonly atMs: number }[] = [];
  /** Everything up to it was answered as acknowledged. */
  acknowledged = 0;
  /** Where each text was delivered; at several, where its sender had to put it again. */
  readonly positions = new Map<string, number[]>();
  /** While it does not, everything stays. */
  acknowledges = true;
  /** It is let in. */
  isReady = false;
  /** How its account ended, where the service said so. */
  error: string | undefined;
  readonly #parts: RecipientParts;
  #connection: Reconnecting | undefined;
  #lastRequest = 0;

  constructor(parts: RecipientParts) {
    this.#parts = parts;
    this.phone = parts.phone;
  }

  /** It was absent until now. */
  connect(): void {
    this.#connection ??= new Reconnecting(this.#parts.origin, "/inbox", {
      opened: (_, port) => {
        this.#lastRequest = 0;
        this.ports.push(port);
      },
      message: (data, webSocket) => this.#take(data, webSocket),
      closed: () => {
        this.isReady = false;
      },
    });
  }

  drop(): void {
    this.#connection?.drop();
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #ask(webSocket: WebSocket, body: InboxAsk): void {
    this.#lastRequest += 1;
    webSocket.send(inboxFrame(this.#lastRequest, body));
  }

  #take(data: Buffer, webSocket: WebSocket): void {
    const answer = inboxAnswerIn(data);
    switch (answer.case) {
      case "challenge":
        void authentication(this.phone, answer.value.nonce).then((value) =>
          this.#ask(webSocket, { case: "authenticate", value }),
        );
        return;
      case "delivery":
        this.#note(answer.value);
        if (this.acknowledges) this.#acknowledge(webSocket, answer.value);
        return;
      case "ready":
        this.isReady = true;
        return;
      case "acknowledged":
        this.acknowledged = Math.max(this.acknowledged, Number(answer.value.position));
        return;
      case "error":
        this.error = answer.value.code;
        return;
    }
  }

  #note({ envelopes }: Delivery): void {
    for (const { position, body } of envelopes) {
      const numbered = readBody(body);
      const name = `${numbered.way} ${numbered.text}`;
      const at = Number(position);
      const before = this.positions.get(name) ?? [];
      this.positions.set(name, [...before, at]);
      const isNew = before.length === 0;
      const isForgotten = at <= this.acknowledged;
      const isCopy = !isNew && !before.includes(at) && !this.#parts.mayBeTwice(numbered);
      if (isNew || isForgotten || isCopy) this.#parts.onShown(numbered);
    }
  }

  #acknowledge(webSocket: WebSocket, { envelopes }: Delivery): void {
    const position = envelopes.at(-1)?.position;
    if (position === undefined) return;
    this.asked.push({ position: Number(position), atMs: Date.now() });
    this.#ask(webSocket, { case: "acknowledge", value: { position } });
  }
}
