// The page's end of what plays a phone: asks for one step after the other, and hears how the phone stands.
import { createStore } from "zustand";
import type { RemoteRequest, RemoteStep, RemoteWord } from "../demo-phone/remote.ts";

export interface PhoneStanding {
  /** Undefined until the phone is open. */
  readonly phase: string | undefined;
  /** In the words of the phone's language. */
  readonly left: string;
}

export interface SealedText {
  readonly size: number;
  readonly noise: string;
}

export interface RemoteListener {
  sealed(sealed: SealedText): void;
  touched(): void;
}

export class Remote {
  readonly standing = createStore<PhoneStanding>(() => ({ phase: undefined, left: "" }));
  readonly #answers = new Map<number, (isDone: boolean) => void>();
  readonly #heard: RemoteListener;
  #port: MessagePort | undefined;
  #requests = 0;
  /** Of who waits for the phone to be there. */
  readonly #waiting = new Set<() => void>();

  constructor(heard: RemoteListener) {
    this.#heard = heard;
  }

  /** The phone is there, or there again. */
  attach(port: MessagePort): void {
    this.#port = port;
    this.standing.setState({ phase: undefined, left: "" });
    port.onmessage = ({ data }: MessageEvent<RemoteWord>) => this.#hear(data);
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  /** Whether the phone did it. */
  async ask(asked: RemoteStep): Promise<boolean> {
    if (!this.#port) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    this.#requests += 1;
    const request: RemoteRequest = { request: this.#requests, asked };
    return new Promise((resolve) => {
      this.#answers.set(request.request, resolve);
      this.#port?.postMessage(request);
    });
  }

  #hear(word: RemoteWord): void {
    switch (word.kind) {
      case "answer":
        this.#answers.get(word.request)?.(word.isDone);
        this.#answers.delete(word.request);
        break;
      case "state":
        this.standing.setState({ phase: word.phase, left: word.left });
        break;
      case "sealed":
        this.#heard.sealed(word);
        break;
      case "touched":
        this.#heard.touched();
        break;
    }
  }
}
