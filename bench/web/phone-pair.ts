// A phone in the browser, on at the service with a thread open, and one in this process that texts it.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Profile } from "@assent/client";
import { openNodeProfile } from "@assent/client/node";
import type { Page } from "playwright-core";
import { WebPhone } from "../../test/e2e/web-phone.ts";
import { codeAt } from "../../test/network.ts";
import { benchNumber } from "../scale.ts";
import type { WebBench } from "./web-bench.ts";

const deliveredWithinMs = 120_000;

export class PhonePair {
  readonly #web: WebPhone;
  readonly #sender: Profile;
  #sent = 0;

  private constructor(web: WebPhone, sender: Profile) {
    this.#web = web;
    this.#sender = sender;
  }

  /** @param pair tells the pairs of one service apart. */
  static async start(bench: WebBench, pair: number): Promise<PhonePair> {
    const { browser, app, folder } = bench.parts;
    const codeFor = codeAt(app.origin);
    const lifetime = { after: () => undefined };
    const sending = benchNumber(2 * pair);
    const number = benchNumber(2 * pair + 1);
    const web = await WebPhone.open(lifetime, browser, { origin: app.origin, codeFor }, { number });
    await bench.addProbe(web.context);
    await web.page.reload();
    await web.start();
    await web.turnOn();
    const sender = await openNodeProfile(join(folder, `sender-${pair}`));
    await sender.account.turnOn(sending, app.origin, ["service"]);
    await sender.account.verify(await codeFor(sending));
    // Who was written to may write as much as they like, once they know how: others may have 500 texts in an hour.
    await web.writeTo(sending);
    await web.send("Hello");
    for await (const event of sender.events()) if (event.type === "message") break;
    const phones = new PhonePair(web, sender);
    await phones.text();
    await phones.allShown();
    return phones;
  }

  get page(): Page {
    return this.#web.page;
  }

  get box() {
    return this.#web.box;
  }

  /** Sends one text to the browser's phone. */
  async text(): Promise<void> {
    this.#sent += 1;
    const { texts } = this.#sender;
    const words = `Arriving text number ${this.#sent}.`;
    await texts.outcome((await texts.send(this.#web.number as never, words)).key);
  }

  /**
   * Sends at a steady rate, or as fast as it can where that is slower, until told to stop. Returns how many a second
   * it sent.
   */
  async textSteadily(perSecond: number, until: AbortSignal): Promise<number> {
    const start = performance.now();
    let sent = 0;
    while (!until.aborted) {
      await this.text();
      sent += 1;
      const aheadMs = (sent * 1_000) / perSecond - (performance.now() - start);
      if (aheadMs > 0) await sleep(aheadMs);
    }
    return (sent * 1_000) / (performance.now() - start);
  }

  /** Resolves when the newest text that was sent is in the thread. */
  async allShown(): Promise<void> {
    const newest = this.#web.text(`Arriving text number ${this.#sent}.`);
    await newest.first().waitFor({ timeout: deliveredWithinMs });
  }

  async close(): Promise<void> {
    await this.#web.context.close();
    await this.#sender.close();
  }
}
