// A phone is stopped between every two of its steps, while it sends and while it receives: before and after
// every commit, every request and every frame. Whatever the moment, every text arrives, once, in order, and no
// key of a group is used twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Encryption,
  loadMls,
  type Network,
  openNodeNetwork,
  openProfile,
  type Profile,
  type Store,
} from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import { MemoryStore, StopAt, StoppableStore, Stopped } from "../memory-store.ts";
import { TestServer } from "../network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

/** Points before and after every request and frame. */
function stoppableNetwork(network: Network, stop: StopAt): Network {
  return {
    http: async (request, lane, maxBytes) => {
      stop.pass();
      const answer = await network.http(request, lane, maxBytes);
      stop.pass();
      return answer;
    },
    openSocket: async (url, subprotocol, handlers) => {
      stop.pass();
      const socket = await network.openSocket(url, subprotocol, {
        onMessage: (bytes) => {
          if (!stop.stopped) handlers.onMessage(bytes);
        },
        onClose: handlers.onClose,
      });
      return {
        send: (bytes) => {
          stop.pass();
          socket.send(bytes);
          stop.pass();
        },
        close: () => socket.close(),
      };
    },
    close: () => network.close(),
  };
}

/** Counts messages whose key was used before: there must be none. */
function countingEncryption(encryption: Encryption, counts: { used: number }): Encryption {
  return {
    generateKeyPackage: (...args) => encryption.generateKeyPackage(...args),
    startGroup: (...args) => encryption.startGroup(...args),
    keyPackageRefsOf: (welcome) => encryption.keyPackageRefsOf(welcome),
    join: (...args) => encryption.join(...args),
    groupOf: (message) => encryption.groupOf(message),
    encrypt: (...args) => encryption.encrypt(...args),
    removeDevices: (...args) => encryption.removeDevices(...args),
    decrypt: async (...args) => {
      try {
        return await encryption.decrypt(...args);
      } catch (error) {
        if (error instanceof Error && "reason" in error && error.reason === "used")
          counts.used += 1;
        throw error;
      }
    },
  };
}

class Phone {
  readonly #store: Store;
  readonly #encryption: Encryption;

  constructor(encryption: Encryption, store: Store = new MemoryStore()) {
    this.#store = store;
    this.#encryption = encryption;
  }

  /** Opens the profile, does something, and closes; stopped at a step, it leaves what a kill leaves. */
  async run<T>(action: (profile: Profile) => Promise<T>, stop?: StopAt): Promise<T | "stopped"> {
    const network = openNodeNetwork();
    const profile = await openProfile({
      store: stop ? new StoppableStore(this.#store, stop) : this.#store,
      network: stop ? stoppableNetwork(network, stop) : network,
      encryption: this.#encryption,
      now: Date.now,
    });
    try {
      return await action(profile);
    } catch (error) {
      if (stop?.stopped || error instanceof Stopped) return "stopped";
      throw error;
    } finally {
      await profile.close();
    }
  }
}

async function texts(
  phone: Phone,
  stop?: StopAt,
  alreadyShown?: readonly string[],
): Promise<string[]> {
  const shown: string[] = [];
  await phone.run(
    (profile) =>
      profile.receive({
        show: (events) => {
          for (const event of events) {
            if (event.type !== "message") continue;
            // Only what a stopped phone was just showing may come again, and then says so.
            if (event.again && alreadyShown?.includes(event.text.text)) continue;
            shown.push(event.text.text);
          }
        },
      }),
    stop,
  );
  return shown;
}

async function twoPhones(server: TestServer, counts: { used: number }) {
  const encryption = countingEncryption(await loadMls(), counts);
  const phones = [new Phone(encryption), new Phone(encryption)] as const;
  for (const [index, number] of [german, french].entries()) {
    await phones[index]?.run(async (profile) => {
      await profile.turnOn(number, server.origin, ["service"]);
      await profile.verify(await server.codeFor(number));
    });
  }
  return phones;
}

test("a sender stopped anywhere sends everything, once", async (context) => {
  const server = await TestServer.start(context);
  const counts = { used: 0 };
  const [anna, ben] = await twoPhones(server, counts);
  const expected: string[] = [];
  const received: string[] = [];
  // The first round starts the conversation; in later ones a group is there.
  let wasStopped = true;
  for (let step = 0; wasStopped; step += 1) {
    const stop = new StopAt(step);
    const text = `text ${step}`;
    const result = await anna.run((profile) => profile.send(french, text), stop);
    wasStopped = result === "stopped";
    // Stopped before it was stored, it was never accepted, and the owner sends it again.
    const stored = await anna.run((profile) => profile.history(french));
    assert.ok(stored !== "stopped");
    if (stored.at(-1)?.text !== text) {
      await anna.run((profile) => profile.send(french, text));
    }
    await anna.run((profile) => profile.receive({ show: () => undefined }));
    expected.push(text);
    if (step % 5 === 4) received.push(...(await texts(ben)));
  }
  received.push(...(await texts(ben)));
  assert.ok(expected.length > 10, "there are steps to stop at");
  assert.deepEqual(received, expected);
  assert.equal(counts.used, 0);
});

test("a recipient stopped anywhere shows everything, once", async (context) => {
  const server = await TestServer.start(context);
  const counts = { used: 0 };
  const [anna, ben] = await twoPhones(server, counts);
  const expected: string[] = [];
  const received: string[] = [];
  let wasStopped = true;
  for (let step = 0; wasStopped; step += 1) {
    const batch = [`text ${step} a`, `text ${step} b`];
    for (const text of batch) await anna.run((profile) => profile.send(french, text));
    expected.push(...batch);
    const stop = new StopAt(step);
    received.push(...(await texts(ben, stop)));
    wasStopped = stop.stopped;
    received.push(...(await texts(ben, undefined, received)));
  }
  assert.deepEqual(received, expected);
  assert.equal(counts.used, 0);
});
