// The phone that is pictured, and the people who text it.
import { loadMls } from "@assent/client/node";
import type { Browser, Page } from "playwright-core";
import { en } from "../../packages/web/src/language/en.ts";
import { WebPhone } from "../e2e/web-phone.ts";
import { MemoryPhone, phonesOn, sendNow } from "../memory-phone.ts";
import type { Lifetime, TestServer } from "../network.ts";
import { everybody, owner, type Person, vcards } from "./cast.ts";

export class OwnerPhone {
  readonly web: WebPhone;
  readonly server: TestServer;
  readonly #people: ReadonlyMap<Person, MemoryPhone>;
  readonly #threads = new Map<Person, string>();

  private constructor(web: WebPhone, server: TestServer, people: ReadonlyMap<Person, MemoryPhone>) {
    this.web = web;
    this.server = server;
    this.#people = people;
  }

  /** At its welcome, with everybody else there already. */
  static async open(lifetime: Lifetime, browser: Browser, server: TestServer): Promise<OwnerPhone> {
    const those = everybody.filter(({ isOn }) => isOn);
    const phones = await phonesOn(
      server,
      those.map(({ number }) => number),
    );
    const people = new Map(those.map((person, index) => [person, phones[index] as MemoryPhone]));
    const web = await WebPhone.open(lifetime, browser, server, { number: owner.number });
    // From here on it does not matter to the page what is built anew meanwhile.
    await web.keptForOffline();
    return new OwnerPhone(web, server, people);
  }

  get page(): Page {
    return this.web.page;
  }

  importContacts(): Promise<void> {
    const named = everybody.filter(({ name }) => name);
    return this.web.importContacts(vcards, en.contactsImported(named.length));
  }

  /** A text from somebody, in the list when this resolves. */
  async hear(from: Person, text: string): Promise<void> {
    await this.phoneOf(from).run((profile) => sendNow(profile, owner.number, text));
  }

  /** Somebody takes what waits for them: what was sent to them is then delivered. */
  async heardBy(person: Person): Promise<void> {
    await this.phoneOf(person).receive();
  }

  phoneOf(person: Person): MemoryPhone {
    const phone = this.#people.get(person);
    if (!phone) throw new Error(`${person.name} has no phone`);
    return phone;
  }

  /** The same number on another phone, with new keys. */
  async newPhoneOf(person: Person): Promise<MemoryPhone> {
    const phone = new MemoryPhone(person.number, await loadMls());
    await phone.run(async (profile) => {
      await profile.account.turnOn(person.number, this.server.origin, ["service"]);
      await profile.account.verify(await this.server.codeFor(person.number));
    });
    return phone;
  }

  /** Opens a screen by its address. */
  async go(place: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#${place}`)}`);
  }

  /** Opens somebody's thread: in the language of the screens the first time, by its address from then on. */
  async open(person: Person): Promise<void> {
    const known = this.#threads.get(person);
    if (known) await this.go(known);
    else {
      await this.go("/");
      await this.web.writeTo(person.number);
      this.#threads.set(person, String(await this.page.evaluate("location.hash.slice(1)")));
    }
    await this.page.getByRole("log").waitFor();
  }
}
