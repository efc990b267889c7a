// Plays the demo: the steps that two people would take, in about twenty seconds, with a sentence for each. Whoever watches may
// stop it at any moment and go on by hand.
import { createStore } from "zustand";
import { anna, ben, type DemoPhone } from "./phones.ts";
import type { Remote } from "./remote.ts";
import type { SmsNetwork } from "./sms-network.ts";

export const steps = [
  "Off: an SMS lies open",
  "Anna says yes",
  "Ben says yes",
  "The same text, sealed",
  "Anna leaves, with a receipt",
] as const;

export interface Playing {
  readonly isPlaying: boolean;
  /** Of the steps, the one that is played; their number where all were. */
  readonly step: number;
  readonly said: string;
}

interface Stage {
  readonly network: SmsNetwork;
  readonly annas: Remote;
  readonly bens: Remote;
}

const text = "Pier 3, at nine. Tell nobody.";
const beginning = "Two phones, off. Nothing has left them. Watch, or take one in your hand.";

export class Director {
  readonly playing = createStore<Playing>(() => ({ isPlaying: false, step: -1, said: beginning }));
  readonly #stage: Stage;
  #stopped = new AbortController();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The phones are now in somebody's hands. */
  takeOver(): void {
    if (!this.playing.getState().isPlaying) return;
    this.#stopped.abort();
    this.playing.setState({
      isPlaying: false,
      said: "The phones are yours. Watch begins again.",
    });
  }

  async watch(): Promise<void> {
    if (this.playing.getState().isPlaying) return;
    this.#stopped = new AbortController();
    const { signal } = this.#stopped;
    this.playing.setState({ isPlaying: true });
    try {
      await this.#play(signal);
      this.playing.setState({ isPlaying: false, step: steps.length });
    } catch (error) {
      if (signal.aborted) return;
      console.warn(error);
      this.playing.setState({
        isPlaying: false,
        said: "A phone did not do it. Take over, or watch again.",
      });
    }
  }

  /** Both on and in each other's threads, for whoever wants to begin there. */
  async turnBothOn(): Promise<void> {
    if (this.playing.getState().isPlaying) return;
    this.#stopped = new AbortController();
    const { signal } = this.#stopped;
    this.playing.setState({
      isPlaying: true,
      step: 1,
      said: "Both say yes, and each proves a number.",
    });
    try {
      await this.#turnOn(anna, signal, 0);
      await this.#turnOn(ben, signal, 0);
      await this.#openBoth();
      this.playing.setState({
        isPlaying: false,
        step: 3,
        said: "Both are on. The phones are yours.",
      });
    } catch (error) {
      if (signal.aborted) return;
      console.warn(error);
      this.playing.setState({ isPlaying: false, said: "A phone did not do it. Try again." });
    }
  }

  async #play(signal: AbortSignal): Promise<void> {
    const { annas } = this.#stage;
    this.#say(0, "Private messages are off. What Anna writes now goes by SMS.");
    for (const remote of this.#remotes()) {
      if (isOn(remote)) await did(remote.ask({ step: "turn-off" }));
      await did(remote.ask({ step: "go", place: "list" }));
    }
    await pause(600, signal);
    await this.#openBoth();
    await did(annas.ask({ step: "text", number: ben.number, text }));
    this.#say(0, "Her carrier reads every word of it.");
    await pause(2_800, signal);

    this.#say(1, "Anna is asked first. Both answers weigh the same.");
    await this.#turnOn(anna, signal, 1_400);
    this.#say(2, "Ben is asked, too. Nobody was turned on by somebody else.");
    await this.#turnOn(ben, signal, 900);
    await this.#openBoth();

    this.#say(3, "The same words again. This time they are sealed before they leave.");
    await pause(700, signal);
    await did(annas.ask({ step: "text", number: ben.number, text }));
    await pause(1_200, signal);
    this.#say(
      3,
      "Her carrier sees noise. The service sees a size and a time, and deletes the row once Ben has it.",
    );
    await pause(4_200, signal);

    this.#say(
      4,
      "Anna turns off. The service deletes her rows, one after the other, and signs for it.",
    );
    await did(annas.ask({ step: "go", place: "turnOff" }));
    await pause(1_400, signal);
    await did(annas.ask({ step: "turn-off" }));
    await pause(3_000, signal);
    this.#say(4, "A receipt of what is gone. The phones are yours.");
  }

  #say(step: number, said: string): void {
    this.playing.setState({ step, said });
  }

  #remotes(): readonly Remote[] {
    return [this.#stage.annas, this.#stage.bens];
  }

  async #openBoth(): Promise<void> {
    const { annas, bens } = this.#stage;
    await did(annas.ask({ step: "open", number: ben.number }));
    await did(bens.ask({ step: "open", number: anna.number }));
  }

  /** @param lookMs how long the question stands before it is answered. */
  async #turnOn(who: DemoPhone, signal: AbortSignal, lookMs: number): Promise<void> {
    const { network, annas, bens } = this.#stage;
    const remote = who === anna ? annas : bens;
    if (isOn(remote)) return;
    await did(remote.ask({ step: "go", place: "turnOn" }));
    await pause(lookMs, signal);
    this.playing.setState({ said: `${who.name} says yes. A code by SMS proves the number.` });
    const code = network.nextCodeTo(who.number, signal);
    await did(remote.ask({ step: "turn-on", number: who.number }));
    await did(remote.ask({ step: "verify", code: await code }));
    await pause(lookMs, signal);
  }
}

function isOn(remote: Remote): boolean {
  return remote.standing.getState().phase === "on";
}

async function did(asked: Promise<boolean>): Promise<void> {
  if (!(await asked)) throw new Error("a phone did not take a step");
}

/** @throws the signal's reason where somebody took over. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timeout = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timeout);
      reject(signal.reason);
    });
  });
}
