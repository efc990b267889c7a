// Being woken while the app is closed: keeps together what the owner wants, what their browser has, and what the service was
// told of it. What the browser itself sends its push service is noted before it does.
import { AssentError, equalBytes, type PushKey, sha256, utf8 } from "@assent/protocol";
import type { Cell } from "../account/cells.ts";
import type { Timers } from "../clock/timers.ts";
import type { ConsentAnswer } from "../consent/consent.ts";
import type { Egress } from "../egress/egress.ts";
import type { Inbox } from "../egress/inbox.ts";

/** What a push service gave to this app. */
export interface PlatformSubscription {
  readonly endpoint: string;
  /** P-256, uncompressed, 65 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** 16 bytes. */
  readonly secret: Uint8Array<ArrayBuffer>;
  /** The service's, that it was asked for with. */
  readonly pushKey: Uint8Array<ArrayBuffer>;
}

/** The way to a platform's push service. Whoever wires it asks nothing of it by themselves: `Push` does, and notes it. */
export interface PushPlatform {
  /** Whether the owner lets this app show notifications. Asks nobody. */
  isAllowed(): Promise<boolean>;
  /** What this app has now. Asks nobody. */
  current(): Promise<PlatformSubscription | undefined>;
  subscribe(pushKey: Uint8Array<ArrayBuffer>): Promise<PlatformSubscription>;
  unsubscribe(): Promise<void>;
}

export interface PushParts {
  /** Where the service wakes nobody, its cell has no key for it. */
  readonly cell: () => Pick<Cell, "pushKey"> | undefined;
  readonly isOn: () => boolean;
  readonly consent: () => ConsentAnswer;
  readonly egress: Pick<Egress, "platformSends">;
  readonly timers: Timers;
}

/** A connection, and by its hash the address that the service knows over it. */
interface Connection {
  readonly inbox: Pick<Inbox, "ready" | "setPush" | "endPush">;
  told: Uint8Array;
}

const pushServiceOfBrowser = "the push service of this browser";
// A browser may wait for its push service for ever.
const platformAnswerMs = 30_000;

export class Push {
  readonly #parts: PushParts;
  #platform: PushPlatform | undefined;
  /** What the browser has and the owner wants. */
  #subscription: (PlatformSubscription & { readonly epoch: number }) | undefined;
  #connection: Connection | undefined;
  readonly #closing = new AbortController();
  #last: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(parts: PushParts) {
    this.#parts = parts;
  }

  /** By whom this device can be woken; without it nobody is told anything of it. */
  use(platform: PushPlatform): Promise<void> {
    this.#platform = platform;
    return this.settle();
  }

  /**
   * Makes it so: to be called whenever the owner's answer, the account or what the browser has changed.
   * @throws AssentError unreachable where the browser gets no address now; not_offered where the service wakes nobody by
   *   this browser's push service.
   */
  settle(): Promise<void> {
    return this.#alone(async () => {
      await this.#settle();
      // What is not told now is with the next connection; what is refused for good, the owner is to know.
      await this.#tell().catch((error: unknown) => {
        if (!(error instanceof AssentError) || error.retry !== "later") throw error;
      });
    });
  }

  /**
   * @internal A connection was opened: the service said with it what it knows. Never rejects, and is nothing to wait for: whatever the
   * browser or the service does about it keeps nobody from texting. What fails is tried with the next connection.
   */
  connected(inbox: Pick<Inbox, "ready" | "setPush" | "endPush">): Promise<void> {
    const connection = { inbox, told: inbox.ready.pushHash };
    this.#connection = connection;
    return this.#alone(async () => {
      // While this waited for its turn, another was opened.
      if (this.#connection !== connection) return;
      const ignore = () => undefined;
      // Its keys may be others by now.
      await this.#settle().catch(ignore);
      await this.#tell().catch(ignore);
    });
  }

  /** @internal Waits for no push service any more. */
  close(): void {
    this.#closing.abort();
  }

  async #settle(): Promise<void> {
    const platform = this.#platform;
    if (!platform || this.#isUnasked()) return;
    const { egress } = this.#parts;
    const key = (await platform.isAllowed()) ? this.#wantedKey() : undefined;
    let has = await platform.current();
    if (has && !(key && equalBytes(has.pushKey, key.publicKey))) {
      const { origin } = new URL(has.endpoint);
      await egress.platformSends("account", "unsubscribe-from-pushes", origin);
      await this.#answerOf(platform.unsubscribe());
      has = undefined;
    }
    this.#subscription = undefined;
    if (!key) return;
    if (!has) {
      await egress.platformSends("account", "subscribe-to-pushes", pushServiceOfBrowser);
      has = await this.#answerOf(platform.subscribe(key.publicKey.slice()));
    }
    this.#subscription = { ...has, epoch: key.epoch };
  }

  /** Where the policy is another than was answered, all stays as it is until the owner answers again. */
  #isUnasked(): boolean {
    return this.#parts.isOn() && this.#parts.consent() === "unasked";
  }

  #wantedKey(): PushKey | undefined {
    const isWanted = this.#parts.isOn() && this.#parts.consent() === "yes";
    return isWanted ? this.#parts.cell()?.pushKey : undefined;
  }

  async #tell(): Promise<void> {
    const connection = this.#connection;
    if (!connection || !this.#platform || !this.#parts.isOn() || this.#isUnasked()) return;
    const wanted = this.#subscription;
    const hash = wanted ? sha256(utf8(wanted.endpoint)) : new Uint8Array();
    if (equalBytes(hash, connection.told)) return;
    const { inbox } = connection;
    if (wanted) {
      const { endpoint, publicKey, secret, epoch: pushEpoch } = wanted;
      await inbox.setPush({ endpoint, publicKey, secret, pushEpoch });
    } else await inbox.endPush();
    connection.told = hash;
  }

  /** @throws AssentError unreachable where none comes. What comes later, the browser has when it is asked next. */
  #answerOf<T>(asked: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => reject(new AssentError("unreachable"));
    const { signal } = this.#closing;
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
    const cancel = this.#parts.timers.after(platformAnswerMs, giveUp);
    asked.then(resolve, reject);
    return promise.finally(() => {
      cancel();
      signal.removeEventListener("abort", giveUp);
    });
  }

  #alone(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
