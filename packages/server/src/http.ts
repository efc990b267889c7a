// The HTTP server: Connect for unary calls, a few public files, no request log, no banner, bounded in size and
// time. Which requests are upgraded is said here; WebSockets are the mailbox edge's.
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:net";
import { limits } from "@assent/protocol";
import type { ConnectRouter } from "@connectrpc/connect";
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import { type FastifyInstance, fastify } from "fastify";
import { type ConnectionShares, shareConnections } from "./limits/connection-shares.ts";
import type { Log } from "./log.ts";
import type { Health } from "./operating/health.ts";
import { createContextOf, type PeerOf } from "./peer.ts";
import { answeringErrors, namingItsRefusals, type Refusals } from "./wire-errors.ts";

export interface HttpQuotas {
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly headersMs: number;
  readonly stalledMs: number;
  readonly checkEveryMs: number;
  readonly requestsPerConnection: number;
}

interface HttpParts extends ConnectionShares {
  readonly log: Log;
  readonly routes: (router: ConnectRouter) => void;
  readonly peerOf: PeerOf;
  readonly health: () => Health;
  /** Hears of each call that is refused. */
  readonly refused: Refusals["refused"];
  /** Adds what comes before the calls. */
  readonly before: (http: FastifyInstance) => void;
  readonly quotas: HttpQuotas;
}

/** No route here has one, and what reads them is a hundred modules. */
const noSchema = () => () => {
  throw new Error("a route has a schema");
};

export async function createHttp(parts: HttpParts): Promise<FastifyInstance> {
  const { log, quotas } = parts;
  const unexpected = (error: unknown) => log.error("a request failed", error);
  const refusals = { unexpected, refused: parts.refused };
  const http = fastify({
    logger: false,
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    http: {
      shouldUpgradeCallback: asksForWebSocket,
      headersTimeout: quotas.headersMs,
      connectionsCheckingInterval: quotas.checkEveryMs,
    },
    maxRequestsPerSocket: quotas.requestsPerConnection,
    bodyLimit: limits.requestBytes,
    requestTimeout: quotas.requestMs,
    keepAliveTimeout: quotas.keepAliveMs,
    forceCloseConnections: "idle",
    // A URL names what is asked for, so errors must not repeat it.
    frameworkErrors: (_error, _request, reply) => {
      reply.raw.statusCode = 400;
      reply.raw.end();
    },
  });

  http.server.maxConnections = parts.mostConnections;
  shareConnections(http.server, parts);
  cutOffStalled(http.server, quotas.stalledMs);

  http.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    if (!namesOneHost(request.raw)) return reply.code(400).send();
    return undefined;
  });
  http.setNotFoundHandler((_request, reply) => void reply.code(404).send());
  http.setErrorHandler((error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) unexpected(error);
    reply.code(status).send();
  });

  http.get("/health", async (_request, reply) => {
    const isWell = parts.health().kind === "well";
    return reply
      .code(isWell ? 200 : 503)
      .type("text/plain")
      .send(isWell ? "ok" : "the disk takes nothing");
  });

  parts.before(http);
  await http.register(fastifyConnectPlugin, {
    routes: (router) => {
      parts.routes(router);
      const named = router.handlers.map((handler) => namingItsRefusals(handler, refusals));
      router.handlers.splice(0, Infinity, ...named);
    },
    interceptors: [answeringErrors(refusals)],
    contextValues: createContextOf(parts.peerOf),
    grpc: false,
    grpcWeb: false,
    readMaxBytes: limits.requestBytes,
    // What is not known is passed over, and no megabyte of it is kept until the call was answered.
    binaryOptions: { readUnknownFields: false },
    // Answers mix what is secret with what a caller chose: compressed, their lengths would tell.
    acceptCompression: [],
  });
  return http;
}

/**
 * Of each request, whoever answers it. The server's own timeout would be of every connection, and a WebSocket keep the timer, which
 * it needs no more: Node lets go of it with the connection alone.
 */
function cutOffStalled(server: HttpServer, stalledMs: number): void {
  const begin = ({ socket }: IncomingMessage) => socket.setTimeout(stalledMs);
  server.prependListener("request", begin);
  // As Node does where nobody listens: it is no request then.
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => {
    begin(request);
    response.writeHead(417).end();
  });
}

// RFC 9110, 7.8: an upgrade that is not offered is ignored. Some clients offer HTTP/2 with every first request.
function asksForWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === "websocket" && namesOneHost(request);
}

// RFC 9112, 3.2. Who stands in front may go by another of two names than we do.
function namesOneHost({ headersDistinct }: IncomingMessage): boolean {
  const [host, ...others] = headersDistinct["host"] ?? [];
  const isOne = host !== undefined && others.length === 0;
  return isOne && !/[/\\?#@\s]/.test(host) && URL.canParse(`http://${host}`);
}

function statusOf(error: unknown): number {
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** "http://127.0.0.1:8080" */
export function originOf(host: string, address: ReturnType<Server["address"]>): string {
  const port = typeof address === "object" && address ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
