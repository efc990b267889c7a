// People who join and leave while something goes wrong, and what they were told: who was answered has an account, who left
// and was answered has none.
import { leave, makePhoneAt, openInbox, type Phone, reachCell, turnOn } from "@assent/bare-phone";
import type { DrilledService } from "./service.ts";

interface Joiner {
  readonly phone: Phone;
  readonly told: "joined" | "joined or left" | "left";
}

export class Joiners {
  readonly #service: DrilledService;
  #joiners: Joiner[] = [];
  #numbers = 0;

  constructor(service: DrilledService) {
    this.#service = service;
  }

  /** One after the other, and every other leaves again; until the service ends, or refuses. */
  async joinAndLeave(most = 8): Promise<void> {
    try {
      const cell = await reachCell({ origin: this.#service.origin });
      for (let count = 0; count < most; count += 1) {
        this.#numbers += 1;
        const phone = await makePhoneAt(cell, `+49160${1_000_000 + this.#numbers}`);
        await turnOn(cell, phone);
        if (count % 2 === 0) this.#joiners.push({ phone, told: "joined" });
        else await this.leave(phone);
      }
    } catch {
      // It ended, or can take nothing for a while: what was answered until then counts.
    }
  }

  async leave(phone: Phone): Promise<void> {
    this.#joiners.push({ phone, told: "joined or left" });
    await leave(phone);
    this.#joiners = this.#joiners.filter((one) => one.phone !== phone);
    this.#joiners.push({ phone, told: "left" });
  }

  /** What is not as somebody was told, in words. */
  async check(): Promise<string[]> {
    const wrong: string[] = [];
    for (const { phone, told } of this.#joiners) {
      const inbox = await openInbox(this.#service, phone);
      const answer = await inbox.answer();
      inbox.webSocket.terminate();
      const isThere = answer.case === "ready";
      if (told === "joined" && !isThere) wrong.push("somebody joined, and is refused");
      if (told === "left" && isThere) wrong.push("somebody left, and is let in");
    }
    return wrong;
  }
}
