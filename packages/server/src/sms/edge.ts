// What of SMS is asked for over HTTP: GET /sms/messages of the fake transport, where codes can be read, so that it answers
// this machine alone; and POST /sms/webhook/NAME, where providers call back, which hears what is signed and nothing else.
import type { FastifyInstance } from "fastify";
import { isFromThisMachine } from "../this-machine.ts";
import type { FakeSmsTransport } from "./fake.ts";
import type { Webhook, WebhookAnswer } from "./http/webhook.ts";

export function serveFakeMessages(http: FastifyInstance, fake: FakeSmsTransport): void {
  http.get("/sms/messages", async (request, reply) => {
    if (!isFromThisMachine(request)) return reply.code(404).send();
    const { to } = request.query as { to?: unknown };
    if (typeof to !== "string") return reply.code(400).send();
    // A plus sign that nobody encoded arrives as a space.
    return reply.send(fake.messagesTo(to.replace(/^ /, "+")));
  });
}

const webhookPath = "/sms/webhook/";
const mostWebhookBytes = 65_536;

const statusOf: Readonly<Record<WebhookAnswer, number>> = { taken: 204, refused: 403, later: 503 };

/** @param origin as providers know it; what some sign. */
export function serveSmsWebhooks(
  http: FastifyInstance,
  webhooks: ReadonlyMap<string, Webhook>,
  origin: string | undefined,
): void {
  http.register((scope, _options, done) => {
    // As they came: what is signed is the bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) =>
      parsed(null, body),
    );
    for (const [name, webhook] of webhooks) {
      scope.post(webhookPath + name, { bodyLimit: mostWebhookBytes }, async (request, reply) => {
        const { headers, body } = request;
        const url = (origin ?? "https://localhost") + request.url;
        const answer = await webhook({
          url,
          headers,
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        });
        return reply.code(statusOf[answer]).send();
      });
    }
    done();
  });
}

export function webhookUrlAt(origin: string | undefined, name: string): string | undefined {
  return origin === undefined ? undefined : origin + webhookPath + name;
}
