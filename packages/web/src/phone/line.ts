// The phone's line to its service: there while private messages are on, tried again when it was lost. Also finishes
// a leaving that could not reach the service.
import type { Profile } from "@assent/client";
import type { ErrorCode } from "@assent/protocol";
import { codeOf } from "./error-code.ts";
import type { Announcement } from "./phone.ts";
import { untilTakenOver } from "./until-taken-over.ts";

// After an error that waiting may cure, and between two tries to finish leaving.
const pauseMs = 30_000;

export class Line {
  readonly #profile: Profile;
  readonly #announce: (announcement: Announcement) => void;
  #closed = false;
  #attempt = new AbortController();
  #sleeping: (() => void) | undefined;

  constructor(profile: Profile, announce: (announcement: Announcement) => void) {
    this.#profile = profile;
    this.#announce = announce;
  }

  start(): void {
    untilTakenOver(this.#keep());
  }

  /** Something changed that may let the line be opened, or must end it. */
  wake(): void {
    this.#sleeping?.();
  }

  /** The device says that it is connected again: a try under way waits for nothing any more. */
  reconnect(): void {
    this.#attempt.abort();
    this.wake();
  }

  close(): void {
    this.#closed = true;
    this.reconnect();
  }

  async #keep(): Promise<void> {
    while (!this.#closed) {
      const { phase, policyChanged } = await this.#profile.account.status();
      if (phase === "on" && !policyChanged) await this.#follow();
      else if (phase === "leaving") await this.#finishLeaving();
      else await this.#rest(undefined, "idle");
    }
  }

  async #follow(): Promise<void> {
    this.#attempt = new AbortController();
    try {
      this.#announce({ kind: "connection", connection: "waiting" });
      for await (const event of this.#profile.events({ signal: this.#attempt.signal })) {
        if (event.type === "connection") {
          const connection = event.connected ? "connected" : "waiting";
          this.#announce({ kind: "connection", connection });
        } else if (event.type === "notice") {
          const { kind: notice, number, count } = event;
          this.#announce({ kind: "notice", notice, number, ...(count ? { count } : {}) });
        }
      }
    } catch (error) {
      const { phase } = await this.#profile.account.status();
      // A phase that changed says it better than the error that came with it.
      if (phase === "on" && !this.#closed) await this.#rest(pauseMs, "waiting", codeOf(error));
    }
  }

  async #finishLeaving(): Promise<void> {
    try {
      const left = await this.#profile.account.turnOff();
      if (left.kind === "waiting") await this.#rest(pauseMs, "waiting", "unreachable");
    } catch (error) {
      await this.#rest(pauseMs, "waiting", codeOf(error));
    }
  }

  /** Until something wakes it, or the time is over. */
  #rest(
    milliseconds: number | undefined,
    connection: "idle" | "waiting",
    trouble?: ErrorCode,
  ): Promise<void> {
    this.#announce({ kind: "connection", connection, ...(trouble ? { trouble } : {}) });
    return new Promise((resolve) => {
      const timeout = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#sleeping = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
  }
}
