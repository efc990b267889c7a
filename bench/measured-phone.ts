// A phone of the SDK that can be measured: a real profile on disk, whose commits are counted, over a line that can be long.
import { fetchCode, type ReachedCell } from "@assent/bare-phone";
import {
  AssentError,
  loadMls,
  type Network,
  openNodeNetwork,
  openNodeStore,
  openProfile,
  type PhoneNumber,
  type Profile,
  type ProfileEvent,
  type Store,
} from "@assent/client/node";

export class MeasuredPhone {
  readonly number: PhoneNumber;
  readonly #folder: string;
  #open: Profile | undefined;
  #events: ProfileEvent[] = [];
  #heard: () => void = () => undefined;
  #endFollowing: () => Promise<void> = async () => undefined;
  /** Of its store, since it was made. */
  commits = 0;
  hasConnection = true;

  private constructor(folder: string, number: PhoneNumber) {
    this.#folder = folder;
    this.number = number;
  }

  /** One that is on. */
  static async make(cell: ReachedCell, folder: string, number: PhoneNumber) {
    const phone = new MeasuredPhone(folder, number);
    await phone.open();
    await phone.profile.account.turnOn(number, cell.origin, ["service"]);
    await phone.profile.account.verify(await fetchCode(cell, number));
    return phone;
  }

  get profile(): Profile {
    if (!this.#open) throw new TypeError("the phone is not open");
    return this.#open;
  }

  /** @param roundTripMs how long the line is; as it is if left out. */
  async open(roundTripMs = 0): Promise<void> {
    const network = this.#interrupted(openNodeNetwork());
    this.#open = await openProfile({
      store: this.#counting(await openNodeStore(this.#folder)),
      network: roundTripMs === 0 ? network : delayed(network, roundTripMs / 2),
      encryption: await loadMls(),
      now: Date.now,
    });
  }

  async close(): Promise<void> {
    await this.#endFollowing();
    this.#endFollowing = async () => undefined;
    await this.#open?.close();
    this.#open = undefined;
  }

  /** Takes what comes, until it is closed. */
  follow(): void {
    const ending = new AbortController();
    const following = this.#follow(ending.signal);
    this.#endFollowing = () => {
      ending.abort();
      return following;
    };
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const event of this.profile.events({ signal })) {
      this.#events.push(event);
      this.#heard();
    }
  }

  /** So many events of a kind, once they came; they are not given twice. */
  async next<T extends ProfileEvent["type"]>(type: T, count: number) {
    const isOfType = (event: ProfileEvent): event is ProfileEvent & { type: T } =>
      event.type === type;
    for (;;) {
      const events = this.#events.filter(isOfType).slice(0, count);
      if (events.length === count) {
        const given = new Set<ProfileEvent>(events);
        this.#events = this.#events.filter((event) => !given.has(event));
        return events;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** Sends texts in one go, and waits until nothing waits to be sent. */
  async send(to: MeasuredPhone, texts: readonly string[]): Promise<void> {
    const { texts: queue } = this.profile;
    await Promise.all(texts.map((text) => queue.send(to.number, text)));
    await queue.flush();
    const { queued } = await this.profile.account.status();
    if (queued > 0) throw new Error(`${queued} texts were not sent`);
  }

  #interrupted(network: Network): Network {
    const checked = () => {
      if (!this.hasConnection) throw new AssentError("unreachable");
      return network;
    };
    return {
      http: async (...request) => checked().http(...request),
      openSocket: async (...socket) => checked().openSocket(...socket),
      close: () => network.close(),
    };
  }

  #counting(store: Store): Store {
    return {
      get: (table, key) => store.get(table, key),
      list: (table, range) => store.list(table, range),
      commit: (changes) => {
        this.commits += 1;
        return store.commit(changes);
      },
      close: () => store.close(),
    };
  }
}

/** A line on which everything takes so long each way, and nothing waits for anything else. */
function delayed(network: Network, eachWayMs: number): Network {
  const later = (step: () => void) => setTimeout(step, eachWayMs);
  const travelled = () => new Promise<void>((resolve) => later(resolve));
  return {
    http: async (...request) => {
      await travelled();
      const answer = await network.http(...request);
      await travelled();
      return answer;
    },
    openSocket: async (url, subprotocol, { onMessage, onBytes, onClose }) => {
      await travelled();
      const socket = await network.openSocket(url, subprotocol, {
        onMessage: (bytes) => later(() => onMessage(bytes)),
        onBytes: () => later(() => onBytes?.()),
        onClose: (code) => later(() => onClose(code)),
      });
      await travelled();
      return {
        send: (bytes) => later(() => socket.send(bytes)),
        close: () => later(() => socket.close()),
      };
    },
    close: () => network.close(),
  };
}
