// GET /sms/messages of the fake transport. Codes can be read here, so it answers this machine alone: a loopback
// peer, that asked for a loopback name (no page of another site, no rebound name), through no proxy.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isLoopback } from "../limits/peer-brake.ts";
import type { FakeSmsTransport } from "./fake.ts";

export function serveFakeMessages(http: FastifyInstance, fake: FakeSmsTransport): void {
  http.get("/sms/messages", async (request, reply) => {
    if (!isFromThisMachine(request)) return reply.code(404).send();
    const { to } = request.query as { to?: unknown };
    if (typeof to !== "string") return reply.code(400).send();
    // A plus sign that nobody encoded arrives as a space.
    return reply.send(fake.messagesTo(to.replace(/^ /, "+")));
  });
}

function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const throughProxy = Object.keys(headers).some(
    (name) => name === "forwarded" || name === "via" || name.startsWith("x-forwarded"),
  );
  return !throughProxy && isLoopback(socket.remoteAddress) && isLoopbackHost(headers.host);
}

function isLoopbackHost(host: string | undefined): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host ?? "");
}
