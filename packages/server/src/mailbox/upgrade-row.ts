// Upgrades wait here for their turn: a few in each turn of the event loop, in the order they came. After a restart thousands
// come at once, and between any two turns those that text are served.
import type { IncomingMessage } from "node:http";

export interface Upgrade {
  readonly request: IncomingMessage;
  readonly head: Buffer;
}

export class UpgradeRow<Kind> {
  readonly #perTurn: number;
  readonly #accept: (kind: Kind, upgrade: Upgrade) => void;
  #waiting: { readonly kind: Kind; readonly upgrade: Upgrade }[] = [];
  #isScheduled = false;

  constructor(perTurn: number, accept: (kind: Kind, upgrade: Upgrade) => void) {
    this.#perTurn = perTurn;
    this.#accept = accept;
  }

  add(kind: Kind, upgrade: Upgrade): void {
    // Nobody else listens on its stream meanwhile; what is wrong with it shows when its turn comes.
    upgrade.request.socket.on("error", ignore);
    this.#waiting.push({ kind, upgrade });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      for (const { kind, upgrade } of this.#waiting.splice(0, this.#perTurn)) {
        upgrade.request.socket.off("error", ignore);
        this.#accept(kind, upgrade);
      }
      if (this.#waiting.length > 0) this.#schedule();
    });
  }
}

function ignore(): void {}
