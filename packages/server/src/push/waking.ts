// Which devices are to be woken, and when: where something came that wants it, nobody listens, and the last time is long
// enough ago. All of it is a hint in memory: what is lost with it still waits in its mailbox.
import type { After } from "../after.ts";
import type { SendPush } from "./sending.ts";
import type { Subscriptions } from "./subscriptions.ts";

export interface WakingParts {
  readonly subscriptions: Pick<Subscriptions, "has" | "find" | "end">;
  readonly send: SendPush;
  /** An inbox is open on it. */
  readonly isListening: (mailbox: string) => boolean;
  readonly unknownError: (error: unknown) => void;
  readonly everyMs: number;
  readonly atOnce: number;
  readonly mostWaiting: number;
  readonly after: After;
}

/** What is known of a mailbox in whose device something is left to be told of, or was told a moment ago. */
interface Waking {
  /** The last that came and wants its owner to be told. */
  wanted: number;
  /** Up to here they were. */
  told: number;
  /** Not before it is over. */
  pause: (() => void) | undefined;
  isInRow: boolean;
}

export class DeviceWaking {
  readonly #parts: WakingParts;
  readonly #wakings = new Map<string, Waking>();
  readonly #row: string[] = [];
  #underWay = 0;
  #isOpen = true;

  constructor(parts: WakingParts) {
    this.#parts = parts;
  }

  /**
   * An envelope was stored that its owner wants to be woken for.
   * @param mailbox its id, a character a byte.
   */
  arrived(mailbox: string, position: number): void {
    if (!this.#parts.subscriptions.has(mailbox) || !this.#isOpen) return;
    const waking = this.#wakings.get(mailbox) ?? begun();
    waking.wanted = Math.max(position, waking.wanted);
    this.#wakings.set(mailbox, waking);
    this.#consider(mailbox, waking);
  }

  /** Nobody listens any more. @param acknowledged the device has everything up to it. */
  stopped(mailbox: string, acknowledged: number): void {
    const waking = this.#wakings.get(mailbox);
    if (!waking) return;
    // It may have gone long before that was noticed, with what was handed to it.
    waking.told = Math.max(acknowledged, waking.told);
    this.#consider(mailbox, waking);
  }

  /** Pushes nothing more. */
  close(): void {
    this.#isOpen = false;
    for (const { pause } of this.#wakings.values()) pause?.();
    this.#wakings.clear();
    this.#row.length = 0;
  }

  #consider(mailbox: string, waking: Waking): void {
    if (waking.pause || waking.isInRow) return;
    if (this.#parts.isListening(mailbox)) return;
    if (waking.wanted <= waking.told) {
      this.#wakings.delete(mailbox);
      return;
    }
    if (this.#row.length >= this.#parts.mostWaiting) {
      this.#pause(mailbox, waking, this.#parts.everyMs);
      return;
    }
    waking.isInRow = true;
    this.#row.push(mailbox);
    this.#next();
  }

  #next(): void {
    while (this.#underWay < this.#parts.atOnce) {
      const mailbox = this.#row.shift();
      if (mailbox === undefined) return;
      this.#underWay += 1;
      void this.#wake(mailbox)
        .catch(this.#parts.unknownError)
        .finally(() => {
          this.#underWay -= 1;
          this.#next();
        });
    }
  }

  async #wake(mailbox: string): Promise<void> {
    const waking = this.#wakings.get(mailbox);
    if (!waking) return;
    const { subscriptions, send, isListening, everyMs } = this.#parts;
    let pauseMs = everyMs;
    try {
      const mailboxId = Buffer.from(mailbox, "latin1");
      const subscription = await subscriptions.find(mailboxId);
      // Somebody may have come while it waited its turn; when they go, it is considered again.
      if (!subscription || isListening(mailbox)) {
        pauseMs = 0;
        if (!subscription) waking.told = waking.wanted;
        return;
      }
      const upTo = waking.wanted;
      const sent = await send(subscription);
      if (sent.kind === "later") pauseMs = Math.max(sent.afterMs, everyMs);
      else waking.told = Math.max(upTo, waking.told);
      if (sent.kind === "gone") await subscriptions.end(mailboxId, subscription.sealed);
    } finally {
      waking.isInRow = false;
      if (this.#isOpen) this.#pause(mailbox, waking, pauseMs);
    }
  }

  #pause(mailbox: string, waking: Waking, ms: number): void {
    if (ms === 0) {
      this.#consider(mailbox, waking);
      return;
    }
    waking.pause = this.#parts.after(ms, () => {
      waking.pause = undefined;
      this.#consider(mailbox, waking);
    });
  }
}

function begun(): Waking {
  return { wanted: 0, told: 0, pause: undefined, isInRow: false };
}
