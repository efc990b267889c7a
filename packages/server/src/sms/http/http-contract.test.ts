// SMS over HTTP keep the contract of all transports, with each provider that is known.

import type { TestContext } from "node:test";
import { type Answering, keepsTheContract } from "../transport-contract-for-tests.ts";
import { knownTemplates } from "./known-templates.ts";
import { answering, startProvider } from "./provider-for-tests.ts";
import type { HttpTemplate } from "./template.ts";

interface Asked {
  readonly key: string;
  readonly to: string;
  readonly text: string;
}

interface Provider {
  readonly taken: object;
  readonly read: (body: string) => Asked;
  readonly report: (asked: Asked, report: string) => readonly [body: string, query?: string];
  readonly write: (from: string, text: string, name: string) => string;
}

const providers: Readonly<Record<string, Provider>> = {
  "android-sms-gateway": {
    taken: { id: "its own", state: "Pending" },
    read(body) {
      const { id, textMessage, phoneNumbers } = JSON.parse(body);
      return { key: id, to: phoneNumbers[0], text: textMessage.text };
    },
    report: ({ key, to }, report) => [
      JSON.stringify({
        event: `sms:${report}`,
        id: "e",
        payload: { messageId: key, phoneNumber: to },
      }),
    ],
    write: (phoneNumber, message, id) =>
      JSON.stringify({
        event: "sms:received",
        id,
        payload: { messageId: "same", message, phoneNumber },
      }),
  },
  twilio: {
    taken: { sid: "SM1", status: "queued" },
    read(body) {
      const fields = new URLSearchParams(body);
      const key = new URL(fields.get("StatusCallback") ?? "").searchParams.get("sms") ?? "";
      return { key, to: fields.get("To") ?? "", text: fields.get("Body") ?? "" };
    },
    report: ({ key, to }, report) => [
      new URLSearchParams({
        MessageSid: "SM1",
        MessageStatus: report === "failed" ? "undelivered" : report,
        SmsStatus: report === "failed" ? "undelivered" : report,
        To: to,
      }).toString(),
      `?sms=${key}`,
    ],
    write: (From, Body, MessageSid) =>
      new URLSearchParams({ From, Body, MessageSid, SmsStatus: "received" }).toString(),
  },
  vonage: {
    taken: { message_uuid: "aaa" },
    read(body) {
      const { client_ref, to, text } = JSON.parse(body);
      return { key: client_ref, to: `+${to}`, text };
    },
    report: ({ key }, report) => [
      JSON.stringify({ client_ref: key, status: report === "failed" ? "undeliverable" : report }),
    ],
    write: (from, text, message_uuid) =>
      JSON.stringify({ channel: "sms", from: from.slice(1), text, message_uuid }),
  },
};

for (const [name, { taken, read, report, write }] of Object.entries(providers)) {
  const start = async (context: TestContext) => {
    const provider = await startProvider(context, knownTemplates[name] as HttpTemplate);
    const { sms, reports, received, clock, pass, call } = provider;
    const took = new Map<string, Asked>();
    let how: Answering = "yes";
    provider.answer((response, one) => {
      if (how === "no") return answering(400)(response, one);
      if (how === "not-now") return answering(429)(response, one);
      const sent = read(one.body);
      took.set(sent.key, sent);
      if (how === "yes") answering(201, taken)(response, one);
    });
    let texts = 0;
    return {
      sms,
      took: async () => [...took.values()].map(({ to, text }) => ({ to, text })),
      pass,
      reports,
      received,
      answer(answer: Answering) {
        how = answer;
      },
      async report(index: number, said: string) {
        await call(...withQuery(report([...took.values()][index] as Asked, said)));
      },
      async write({ from, text }: { from: string; text: string }) {
        if (clock.takes) texts += 1;
        await call(write(from, text, String(texts)));
      },
      taking(is: boolean) {
        clock.takes = is;
      },
    };
  };
  keepsTheContract(name, ["refuse", "fall-silent", "report", "write"], start);
}

function withQuery([body, query]: readonly [string, string?]): [string, { query?: string }] {
  return [body, query === undefined ? {} : { query }];
}
