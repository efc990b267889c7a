// The port of the one door to the network. Its adapters send exactly what they are given and follow nothing:
// no redirects, no cookies, no cache, no referrer.

/** Requests of different lanes never share a connection. */
export type Lane = "account" | "anonymous";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SocketHandlers {
  /** No longer than `limits.frameBytes`: whoever sends more has ended the socket. */
  onMessage(bytes: Uint8Array<ArrayBuffer>): void;
  /** Something came, a part of a message maybe. Not in browsers, which say nothing before the whole. */
  onBytes?(): void;
  /**
   * Once, where it was open, also after `close`.
   * @param code what it was closed with (RFC 6455, 7.4); left out where that is not known.
   */
  onClose(code?: number): void;
}

export interface Socket {
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface Network {
  /** Asks the origin that its page came from, and no other. */
  readonly isOfOnePage?: boolean;
  /**
   * Rejects with AssentError unreachable: no connection, no answer in time, or a larger one than allowed. An answer that
   * comes slowly is waited for.
   * @param maxBytes of the answer's body.
   */
  http(request: HttpRequest, lane: Lane, maxBytes: number): Promise<HttpResponse>;
  /** Resolves when the socket is open. Rejects with AssentError unreachable, or busy where there is no place now. */
  openSocket(url: string, subprotocol: string, handlers: SocketHandlers): Promise<Socket>;
  /** Ends connections; what is under way over them may fail. */
  close(): void;
}
