// A phone inside the test's own process: the SDK over a store in memory, a real network, and whatever a test
// puts between them.
import assert from "node:assert/strict";
import {
  type Encryption,
  loadMls,
  type Network,
  openNodeNetwork,
  openProfile,
  type Profile,
  type ShownEvent,
  type Store,
} from "@assent/client/node";
import type { PhoneNumber } from "@assent/protocol";
import { MemoryStore } from "./memory-store.ts";
import type { TestServer } from "./network.ts";

/** What stands between a phone and its parts for one run. */
export interface Between {
  readonly store?: (store: Store) => Store;
  readonly network?: (network: Network) => Network;
  readonly encryption?: Encryption;
}

export class MemoryPhone {
  readonly number: PhoneNumber;
  readonly #encryption: Encryption;
  readonly #store: Store = new MemoryStore();
  now: () => number = Date.now;

  constructor(number: PhoneNumber, encryption: Encryption) {
    this.number = number;
    this.#encryption = encryption;
  }

  /** Opens the profile, does something, and closes it. */
  async run<T>(action: (profile: Profile) => Promise<T>, between: Between = {}): Promise<T> {
    const network = openNodeNetwork();
    const profile = await openProfile({
      store: between.store?.(this.#store) ?? this.#store,
      network: between.network?.(network) ?? network,
      encryption: between.encryption ?? this.#encryption,
      now: this.now,
    });
    try {
      return await action(profile);
    } finally {
      await profile.close();
    }
  }

  /** Reaches past the profile: what a disk or a person does to a store. */
  withStore(change: (store: Store) => Promise<void>): Promise<void> {
    return change(this.#store);
  }

  send(to: MemoryPhone, text: string, between?: Between) {
    return this.run((profile) => profile.send(to.number, text), between);
  }

  /** What `receive` shows, also where it ends with an error. */
  async events(between?: Between): Promise<{ events: ShownEvent[]; error: unknown }> {
    const events: ShownEvent[] = [];
    let error: unknown;
    try {
      await this.run(
        (profile) => profile.receive({ show: (more) => events.push(...more) }),
        between,
      );
    } catch (caught) {
      error = caught;
    }
    return { events, error };
  }

  async texts(between?: Between): Promise<string[]> {
    const { events, error } = await this.events(between);
    assert.equal(error, undefined);
    return textsOf(events);
  }
}

/** An encryption of which some steps are others. */
export function changedEncryption(real: Encryption, changes: Partial<Encryption>): Encryption {
  return new Proxy(real, {
    get: (target, name) => {
      const changed: unknown = Reflect.get(changes, name);
      const step: unknown = changed ?? Reflect.get(target, name);
      return typeof step === "function" ? step.bind(changed ? changes : target) : step;
    },
  });
}

export function textsOf(events: readonly ShownEvent[]): string[] {
  return events.flatMap((event) => (event.type === "message" ? [event.text.text] : []));
}

/** Phones that are on at a server. */
export async function phonesOn(
  server: TestServer,
  numbers: readonly PhoneNumber[],
  encryption?: Encryption,
): Promise<MemoryPhone[]> {
  const loaded = encryption ?? (await loadMls());
  const phones = numbers.map((number) => new MemoryPhone(number, loaded));
  for (const phone of phones) {
    await phone.run(async (profile) => {
      await profile.turnOn(phone.number, server.origin, ["service"]);
      await profile.verify(await server.codeFor(phone.number));
    });
  }
  return phones;
}
