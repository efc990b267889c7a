// The fake transport's messages are read on this machine alone.
import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { makePhone, startRegistration } from "../phone-for-tests.ts";
import { startTestServer } from "../server-for-tests.ts";

const mobile = "+4915123456789";

test("messages are for a loopback name, asked for without a proxy", async (context) => {
  const server = await startTestServer(context);
  await startRegistration(await makePhone(server, mobile));
  const path = `/sms/messages?to=${mobile}`;
  const get = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(server.origin + path, { headers }, (answer) => {
        let text = "";
        answer.on("data", (part: Buffer) => {
          text += part.toString();
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      });
      sent.on("error", reject).end();
    });
  for (const host of [
    ...["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:80"],
    "assent.localhost:8080",
  ]) {
    const { status, text } = await get({ host });
    assert.equal(status, 200, host);
    assert.equal((JSON.parse(text) as { to: string }[])[0]?.to, mobile);
  }
  const refused: Record<string, string>[] = [
    { host: "example.org" },
    { host: "localhost.example.org" },
    { host: "localhost:8080:8080" },
    { host: "anna.assent.localhost:8080" },
    { host: "other.localhost:8080" },
    { host: "127.0.0.1.example.org" },
    { host: "192.168.0.2" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-anything": "" },
  ];
  for (const headers of refused) {
    assert.deepEqual(await get(headers), { status: 404, text: "" }, JSON.stringify(headers));
  }
});
