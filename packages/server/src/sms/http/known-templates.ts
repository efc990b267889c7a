// Templates of providers whose documents say how they are asked: a telephone with the app SMS Gateway for Android
// (docs.sms-gate.app: sending messages, webhooks), Twilio (Message resource, StatusCallback, webhook security) and Vonage
// (Messages API 1.0, signed webhooks).
import type { HttpTemplate } from "./template.ts";

export const knownTemplates: Readonly<Record<string, HttpTemplate>> = {
  "android-sms-gateway": {
    authorization: "basic",
    body: "json",
    fields: {
      id: "{key}",
      textMessage: { text: "{text}" },
      phoneNumbers: ["{to}"],
      ttl: "{seconds}",
      withDeliveryReport: true,
      // From 100 on it goes before whatever else waits, and no limit of the app holds it back.
      priority: 100,
    },
    isRepeatable: true,
    id: "id",
    webhook: {
      signature: "hmac-sha256-body-time",
      event: "event",
      delivered: ["sms:delivered"],
      failed: ["sms:failed"],
      received: ["sms:received"],
      key: "payload.messageId",
      from: "payload.phoneNumber",
      text: "payload.message",
      // Of the delivery: `payload.messageId` is made of the text, and not its alone.
      name: "id",
    },
  },
  twilio: {
    authorization: "basic",
    body: "form",
    fields: {
      To: "{to}",
      From: "{from}",
      Body: "{text}",
      ValidityPeriod: "{seconds}",
      StatusCallback: "{webhook}?sms={key}",
    },
    isRepeatable: false,
    id: "sid",
    webhook: {
      signature: "hmac-sha1-url-form",
      event: "SmsStatus",
      delivered: ["delivered"],
      failed: ["undelivered", "failed"],
      received: ["received"],
      key: "?sms",
      from: "From",
      text: "Body",
      name: "MessageSid",
    },
  },
  vonage: {
    authorization: "basic",
    body: "json",
    fields: {
      message_type: "text",
      channel: "sms",
      to: "{digits}",
      from: "{from}",
      text: "{text}",
      ttl: "{seconds}",
      client_ref: "{key}",
      webhook_url: "{webhook}",
    },
    isRepeatable: false,
    id: "message_uuid",
    webhook: {
      signature: "jwt-body-hash",
      event: "status",
      delivered: ["delivered"],
      failed: ["rejected", "undeliverable"],
      // What people write comes without a status.
      received: [""],
      key: "client_ref",
      from: "from",
      text: "text",
      name: "message_uuid",
    },
  },
};
