// A phone inside the test's own process: the SDK over a store in memory, a real network, and whatever a test
// puts between them.
import assert from "node:assert/strict";
import {
  type Encryption,
  loadMls,
  type Network,
  openNodeNetwork,
  type Profile,
  type SendOptions,
  type SendResult,
  type ShownEvent,
  type Store,
  type Timers,
} from "@assent/client/node";
import { MemoryStore } from "@assent/client/testing";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { type Understanding, understanding } from "../packages/client/src/content/understanding.ts";
import { openProfileAs } from "../packages/client/src/profile.ts";
import { type ProfileState, ProfileStateSchema } from "../packages/client/src/store/records.ts";
import type { TestServer } from "./network.ts";

/** What stands between a phone and its parts for one run. */
export interface Between {
  readonly store?: (store: Store) => Store;
  readonly network?: (network: Network) => Network;
  readonly encryption?: Encryption;
  readonly timers?: Timers;
  readonly understanding?: Understanding;
}

export class MemoryPhone {
  readonly number: PhoneNumber;
  readonly #encryption: Encryption;
  #store = new MemoryStore();
  now: () => number = Date.now;

  constructor(number: PhoneNumber, encryption: Encryption) {
    this.number = number;
    this.#encryption = encryption;
  }

  /** Opens the profile, does something, and closes it. */
  async run<T>(action: (profile: Profile) => Promise<T>, between: Between = {}): Promise<T> {
    const network = openNodeNetwork();
    const profile = await openProfileAs(between.understanding ?? understanding, {
      store: between.store?.(this.#store) ?? this.#store,
      network: between.network?.(network) ?? network,
      encryption: between.encryption ?? this.#encryption,
      now: this.now,
      ...(between.timers ? { timers: between.timers } : {}),
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

  /** Copies the profile, as a backup does; returns what puts that copy back. */
  copied(): () => void {
    const copy = this.#store.copy();
    return () => {
      this.#store = copy.copy();
    };
  }

  /** The profile's own record, as it is stored. */
  async storedState(): Promise<ProfileState> {
    const bytes = await this.#store.get("profile", "state");
    return fromBinary(ProfileStateSchema, bytes ?? new Uint8Array());
  }

  send(to: MemoryPhone, text: string, between?: Between) {
    return this.run((profile) => sendNow(profile, to.number, text), between);
  }

  /** What `receive` shows, and the error it may end with. */
  async receive(between?: Between): Promise<{ events: ShownEvent[]; error: unknown }> {
    const events: ShownEvent[] = [];
    let error: unknown;
    try {
      await this.run((profile) => receiveNow(profile, events), between);
    } catch (caught) {
      error = caught;
    }
    return { events, error };
  }

  /** What a `receive` shows that goes well. */
  async events(between?: Between): Promise<ShownEvent[]> {
    const { events, error } = await this.receive(between);
    assert.equal(error, undefined);
    return events;
  }

  /** The texts alone. */
  async texts(between?: Between): Promise<string[]> {
    return textsOf(await this.events(between));
  }
}

/** Sends a text, and says what became of it. @throws AssentError where it was not taken, or not delivered. */
export async function sendNow(
  profile: Profile,
  number: PhoneNumber,
  text: string,
  options: SendOptions = {},
): Promise<Arrived> {
  const { key } = await profile.texts.send(number, text, options);
  return arrived(await profile.texts.outcome(key));
}

/** The same with one that was not delivered. */
export async function sendAgainNow(profile: Profile, textKey: string): Promise<Arrived> {
  const { key } = await profile.texts.sendAgain(textKey);
  return arrived(await profile.texts.outcome(key));
}

type Arrived = Exclude<SendResult, { readonly state: "not-delivered" }>;

function arrived(result: SendResult): Arrived {
  if (result.state === "not-delivered") throw new AssentError(result.error);
  return result;
}

/** All that waits; also what came before an error is shown. */
export async function receiveNow(
  profile: Profile,
  events: ShownEvent[] = [],
): Promise<ShownEvent[]> {
  for await (const event of profile.events({ follow: false }))
    if (event.type !== "connection") events.push(event);
  return events;
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

/** A network of which some ways are others. */
export function changedNetwork(real: Network, changes: Partial<Network>): Network {
  return {
    http: real.http,
    openSocket: real.openSocket,
    close: () => real.close(),
    ...changes,
  };
}

/** No network at all. */
export function offline(real: Network): Network {
  const unreachable = () => Promise.reject(new AssentError("unreachable"));
  return changedNetwork(real, { http: unreachable, openSocket: unreachable });
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
      await profile.account.turnOn(phone.number, server.origin, ["service"]);
      await profile.account.verify(await server.codeFor(phone.number));
    });
  }
  return phones;
}

/** Two phones that texted each other: each knows the other, and has an address that was given to it alone. */
export async function phonesThatTexted(
  server: TestServer,
  numbers: readonly [PhoneNumber, PhoneNumber],
): Promise<[MemoryPhone, MemoryPhone]> {
  const [anna, ben] = await phonesOn(server, numbers);
  assert.ok(anna && ben);
  await anna.send(ben, "hello");
  assert.deepEqual(await ben.texts(), ["hello"]);
  await ben.send(anna, "hello yourself");
  assert.deepEqual(await anna.texts(), ["hello yourself"]);
  return [anna, ben];
}
