// `GET /metrics` and `GET /ready`, on a listener of their own: what is for whoever looks after the service is never where the
// service is. Trusts who can connect; on loopback it is asked by the machine's own names alone, so that no web page reads it
// under a name that was rebound.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { originOf } from "../http.ts";
import type { Log } from "../log.ts";
import { isLoopback, isLoopbackHost } from "../this-machine.ts";
import type { Metrics } from "./metrics.ts";

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface MetricsEdge {
  /** "http://127.0.0.1:9464" */
  readonly origin: string;
  close(): Promise<void>;
}

const mostConnections = 16;

/** @throws the system's error where the port is taken */
export async function serveMetrics(parts: {
  readonly at: ListenAddress;
  readonly metrics: Metrics;
  /** Whether people may be sent here. */
  readonly isReady: () => boolean;
  readonly log: Pick<Log, "error">;
}): Promise<MetricsEdge> {
  const { at, metrics, isReady, log } = parts;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (status: number, body: string, type = "text/plain; charset=utf-8") =>
      void response.writeHead(status, { "content-type": type }).end(body);
    const { host } = request.headers;
    if (isLoopback(request.socket.localAddress) && !isLoopbackHost(host)) {
      return text(403, "ask by the name of this machine\n");
    }
    if (request.method !== "GET") return text(405, "GET alone\n");
    if (request.url === "/ready") {
      return isReady() ? text(200, "ready\n") : text(503, "not ready\n");
    }
    if (request.url === "/metrics") return text(200, await metrics.text(), metrics.contentType);
    return text(404, "there are /metrics and /ready\n");
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error("figures could not be told", error);
      response.writeHead(500).end();
    });
  });
  server.maxConnections = mostConnections;
  server.listen(at);
  await once(server, "listening");
  return {
    origin: originOf(at.host, server.address()),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
