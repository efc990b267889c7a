// The HTTP server: Connect for unary calls, a few public files, no request log, no banner, bounded in size and
// time. WebSockets are the mailbox edge's.
import { limits } from "@assent/protocol";
import type { ConnectRouter } from "@connectrpc/connect";
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import { type FastifyInstance, fastify } from "fastify";
import type { Log } from "./log.ts";
import { contextOf } from "./peer.ts";
import { namingItsRefusals, wireErrors } from "./wire-errors.ts";

export async function createHttp(parts: {
  readonly log: Log;
  readonly routes: (router: ConnectRouter) => void;
  readonly quotas: { readonly requestMs: number; readonly keepAliveMs: number };
}): Promise<FastifyInstance> {
  const { log, quotas } = parts;
  const http = fastify({
    logger: false,
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

  http.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  });
  http.setNotFoundHandler((_request, reply) => void reply.code(404).send());
  http.setErrorHandler((error, _request, reply) => {
    const status = statusOf(error);
    if (status >= 500) log.error("a request failed", error);
    reply.code(status).send();
  });

  http.get("/health", async (_request, reply) => reply.type("text/plain").send("ok"));

  await http.register(fastifyConnectPlugin, {
    routes: (router) => {
      parts.routes(router);
      router.handlers.splice(0, Infinity, ...router.handlers.map(namingItsRefusals));
    },
    interceptors: [wireErrors(log)],
    contextValues: contextOf,
    grpc: false,
    grpcWeb: false,
    readMaxBytes: limits.requestBytes,
    // Answers mix what is secret with what a caller chose: compressed, their lengths would tell.
    acceptCompression: [],
  });
  return http;
}

function statusOf(error: unknown): number {
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  return status >= 400 && status < 600 ? status : 500;
}
