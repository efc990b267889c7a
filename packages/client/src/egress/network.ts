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
  onMessage(bytes: Uint8Array<ArrayBuffer>): void;
  /** Once, also after `close`. */
  onClose(): void;
}

export interface Socket {
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface Network {
  /**
   * Rejects with AssentError unreachable: no connection, no answer in time, or a larger one than allowed.
   * @param maxBytes of the answer's body.
   */
  http(request: HttpRequest, lane: Lane, maxBytes: number): Promise<HttpResponse>;
  /** Resolves when the socket is open. Rejects with AssentError unreachable. */
  openSocket(url: string, subprotocol: string, handlers: SocketHandlers): Promise<Socket>;
  /** Ends idle connections; what is under way goes on. */
  close(): void;
}
