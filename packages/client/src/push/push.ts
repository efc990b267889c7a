// Being woken while the app is closed: keeps together what the owner wants, what their browser has, and what the service was
// told of it. What the browser itself sends its push service is noted before it does.
import { AssentError, equalBytes, type PushKey, sha256, utf8 } from "@assent/protocol";
import type { Cell } from "../account/cells.ts";
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
}

const pushServiceOfBrowser = "the push service of this browser";

export class Push {
  readonly #parts: PushParts;
  #platform: PushPlatform | undefined;
  /** What the browser has and the owner wants. */
  #subscription: (PlatformSubscription & { readonly epoch: number }) | undefined;
  #inbox: Pick<Inbox, "ready" | "setPush" | "endPush"> | undefined;
  #told: Uint8Array = new Uint8Array();
  #last: Promise<unknown> = Promise.resolve();

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
      await this.#tell().catch(ignoreFor("later"));
    });
  }

  /** A connection was opened: the service said with it what it knows. */
  connected(inbox: Pick<Inbox, "ready" | "setPush" | "endPush">): Promise<void> {
    return this.#alone(async () => {
      this.#inbox = inbox;
      this.#told = inbox.ready.pushHash;
      // Its keys may be others by now. A browser that gets no address now is asked again with the next connection.
      await this.#settle().catch(ignoreFor("later"));
      // One that the service refuses keeps nobody from texting.
      await this.#tell().catch(ignoreFor("never"));
    });
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
      await platform.unsubscribe();
      has = undefined;
    }
    this.#subscription = undefined;
    if (!key) return;
    if (!has) {
      await egress.platformSends("account", "subscribe-to-pushes", pushServiceOfBrowser);
      has = await platform.subscribe(key.publicKey.slice());
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
    const inbox = this.#inbox;
    if (!inbox || !this.#platform || !this.#parts.isOn() || this.#isUnasked()) return;
    const wanted = this.#subscription;
    const hash = wanted ? sha256(utf8(wanted.endpoint)) : new Uint8Array();
    if (equalBytes(hash, this.#told)) return;
    if (wanted) {
      const { endpoint, publicKey, secret, epoch: pushEpoch } = wanted;
      await inbox.setPush({ endpoint, publicKey, secret, pushEpoch });
    } else await inbox.endPush();
    this.#told = hash;
  }

  #alone(step: () => Promise<void>): Promise<void> {
    const done = this.#last.then(step);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function ignoreFor(retry: AssentError["retry"]) {
  return (error: unknown): void => {
    if (!(error instanceof AssentError) || error.retry !== retry) throw error;
  };
}
