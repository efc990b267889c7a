// The one door: all that leaves this device passes here. What is sent is declared and no larger than that, its purpose
// has a consent, and it stands in the ledger, before its first byte goes out.
import { AssentError, type DeclarationId, declarations, type Purpose } from "@assent/protocol";
import { systemTimers, type Timers } from "../clock/timers.ts";
import type { DeclarationOf } from "./lanes.ts";
import type {
  HttpRequest,
  HttpResponse,
  Lane,
  Network,
  Socket,
  SocketHandlers,
} from "./network.ts";

/** What is to be noted of one item, exactly as it is sent. */
export interface LedgerItem {
  readonly declaration: DeclarationId;
  /** What its owner has to have said yes to. */
  readonly purpose: Purpose;
  readonly method: "GET" | "POST" | "CONNECT" | "FRAME";
  readonly destination: string;
  readonly body: Uint8Array;
}

export interface EgressRules {
  /** Throws AssentError where the owner has not said yes to this, or is leaving. */
  check(declaration: DeclarationId, purpose: Purpose): void;
  /** Resolves when the item is durably noted. */
  note(item: LedgerItem): Promise<void>;
}

/** A socket whose every frame is declared and noted, in the order of the calls. */
export interface DeclaredSocket<L extends Lane> {
  /**
   * @param purpose what is in it that needs a further yes than it is declared for.
   * @throws AssentError consent_required, policy_changed: nothing of it left, and the socket goes on.
   */
  send(declaration: DeclarationOf<L>, bytes: Uint8Array, purpose?: Purpose): Promise<void>;
  close(): void;
}

export class Egress {
  /** What is waited for through the door is waited for by these. */
  readonly timers: Timers;
  readonly #network: Network;
  readonly #rules: EgressRules;
  readonly #closed = new AbortController();

  constructor(network: Network, rules: EgressRules, timers: Timers = systemTimers) {
    this.#network = network;
    this.#rules = rules;
    this.timers = timers;
  }

  async http<L extends Lane>(
    lane: L,
    declaration: DeclarationOf<L>,
    request: HttpRequest,
    maxBytes: number,
  ): Promise<HttpResponse> {
    await this.#pass({
      declaration,
      purpose: declarations[declaration].purpose,
      method: request.method,
      destination: request.url,
      body: request.body,
    });
    return this.#untilClosed(() => this.#network.http(request, lane, maxBytes));
  }

  /** Notes what the platform is about to send by itself, which passes no door of ours. */
  platformSends<L extends Lane>(
    _lane: L,
    declaration: DeclarationOf<L>,
    destination: string,
  ): Promise<void> {
    const { purpose } = declarations[declaration];
    const [method, body] = ["CONNECT", new Uint8Array()] as const;
    return this.#pass({ declaration, purpose, method, destination, body });
  }

  /** A connection of its own. */
  async openSocket<L extends Lane>(
    _lane: L,
    declaration: DeclarationOf<L>,
    url: string,
    subprotocol: string,
    handlers: SocketHandlers,
  ): Promise<DeclaredSocket<L>> {
    const { purpose } = declarations[declaration];
    const [method, body] = ["CONNECT", new Uint8Array()] as const;
    await this.#pass({ declaration, purpose, method, destination: url, body });
    const socket: Socket = await this.#untilClosed(async () => {
      const opened = await this.#network.openSocket(url, subprotocol, handlers);
      // Nobody waits for it any more.
      if (this.#closed.signal.aborted) opened.close();
      return opened;
    });
    let last: Promise<void> = Promise.resolve();
    return {
      send: (frame, bytes, purpose = declarations[frame].purpose) => {
        const sent = last.then(async () => {
          const item = { declaration: frame, purpose, destination: url, body: bytes };
          await this.#pass({ ...item, method: "FRAME" });
          socket.send(bytes);
        });
        last = sent.catch(() => undefined);
        return sent;
      },
      close: () => socket.close(),
    };
  }

  /** Nothing passes any more, and whoever waits for an answer or a socket is told that it is unreachable. */
  close(): void {
    this.#closed.abort();
    this.#network.close();
  }

  /** A line that says nothing is not waited for once the door is closed. */
  async #untilClosed<T>(ask: () => Promise<T>): Promise<T> {
    const { signal } = this.#closed;
    if (signal.aborted) throw new AssentError("unreachable");
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => reject(new AssentError("unreachable"));
    signal.addEventListener("abort", giveUp);
    ask().then(resolve, reject);
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  async #pass(item: LedgerItem): Promise<void> {
    const { purpose: declared, bytesAtMost } = declarations[item.declaration];
    this.#rules.check(item.declaration, declared);
    this.#rules.check(item.declaration, item.purpose);
    if (item.body.length > bytesAtMost) throw new AssentError("internal");
    await this.#rules.note(item);
  }
}
