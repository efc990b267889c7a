// GET /sms/messages of the fake transport. Codes can be read here, so it answers this machine alone.
import type { FastifyInstance } from "fastify";
import { isFromThisMachine } from "../this-machine.ts";
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
