// For tests: a provider on a real HTTP server of its own, which keeps what it is asked, answers as it is told, and signs its
// webhooks by code of its own. Time is the test's, and goes by when the test says so.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { IncomingSms, SmsReport } from "../transport.ts";
import { createHttpSms } from "./http-sms.ts";
import { knownTemplates } from "./known-templates.ts";
import type { HttpTemplate } from "./template.ts";
import type { WebhookAnswer } from "./webhook.ts";

export interface AskedOfProvider {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export const secret = "a secret of the webhook";
const answerMs = 1_000;
const pauseMs = 1;
const webhookUrl = "https://assent.example/sms/webhook/http";

export type Answer = (response: ServerResponse, asked: AskedOfProvider) => void;

export function answering(status: number, body: object = {}): Answer {
  return (response) => void response.writeHead(status).end(JSON.stringify(body));
}

export async function startProvider(context: TestContext, template: HttpTemplate) {
  const asked: AskedOfProvider[] = [];
  const reports: [string, SmsReport][] = [];
  const received: IncomingSms[] = [];
  const troubles: string[] = [];
  const clock = { nowMs: 1_900_000_000_000, takes: true };
  const waiting = new Set<{ readonly ms: number; readonly then: () => void }>();
  // Requests that came and that nobody is going to answer.
  let unanswered = 0;
  let answer: Answer = answering(200, { id: "1" });

  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const one = { url: request.url ?? "", headers: request.headers, body };
      asked.push(one);
      answer(response, one);
      if (!response.headersSent && !response.destroyed) unanswered += 1;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const sms = createHttpSms({
    name: "http",
    config: {
      url: new URL(`http://127.0.0.1:${port}/send?account=7`),
      template,
      from: "Assent",
      user: "name",
      password: "password",
      webhookSecret: secret,
      webhookUrl,
    },
    quotas: {
      answerMs,
      pausesMs: [pauseMs, pauseMs],
      mostNotTaken: 3,
      reportsAwaited: 3,
      textsRemembered: 2,
      signatureAgeMs: 300_000,
    },
    now: () => clock.nowMs,
    after(ms, then) {
      const one = { ms, then };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    reported: (key, report) => reports.push([key, report]),
    async received(text) {
      if (!clock.takes) throw new Error("not now");
      received.push(text);
    },
    trouble: (what) => troubles.push(what),
  });
  context.after(async () => {
    server.closeAllConnections();
    if (server.listening) server.close();
    for (const { then } of waiting) then();
  });

  return {
    sms,
    asked,
    reports,
    received,
    troubles,
    clock,
    waiting,
    server,
    answer(how: Answer) {
      answer = how;
    },
    /** Pauses are over; and an answer is waited for no longer, where there is one that will not come. */
    async pass() {
      await nextTurn();
      for (const one of [...waiting]) {
        const isOver = one.ms === pauseMs || (one.ms === answerMs && unanswered > 0);
        if (!isOver || !waiting.delete(one)) continue;
        if (one.ms === answerMs) unanswered -= 1;
        one.then();
      }
    },
    /** Calls the webhook as its provider does. */
    async call(
      body: string,
      changes: {
        readonly headers?: Readonly<Record<string, string>>;
        readonly query?: string;
      } = {},
    ): Promise<WebhookAnswer> {
      assert.ok(sms.webhook);
      const url = webhookUrl + (changes.query ?? "");
      const headers = { ...signed(template, url, body, clock.nowMs), ...changes.headers };
      return sms.webhook({ url, headers, body: Buffer.from(body) });
    },
  };
}

/** As each provider's documents say. */
function signed(template: HttpTemplate, url: string, body: string, nowMs: number) {
  const seconds = Math.floor(nowMs / 1_000);
  if (template === knownTemplates["twilio"]) {
    let text = url;
    const fields = new URLSearchParams(body);
    for (const name of [...fields.keys()].sort()) text += name + fields.get(name);
    const mac = createHmac("sha1", secret).update(text).digest("base64");
    return { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": mac };
  }
  const json = { "content-type": "application/json" };
  if (template === knownTemplates["vonage"]) {
    return { ...json, authorization: `Bearer ${tokenFor(body, seconds)}` };
  }
  const mac = createHmac("sha256", secret).update(`${body}${seconds}`).digest("hex");
  return { ...json, "x-timestamp": String(seconds), "x-signature": mac };
}

export function tokenFor(body: string, seconds: number, alg = "HS256"): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const hash = createHash("sha256").update(body).digest("hex");
  const text = `${encode({ alg, typ: "JWT" })}.${encode({ iat: seconds, payload_hash: hash })}`;
  const mac = alg === "none" ? "" : createHmac("sha256", secret).update(text).digest("base64url");
  return `${text}.${mac}`;
}
