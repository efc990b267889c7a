// The fake transport's messages are read on this machine alone.
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { test } from "node:test";
import { makePhone, startRegistration } from "@assent/bare-phone";
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
    { host: "anna.assent.localhost:8080" },
    { host: "other.localhost:8080" },
    { host: "127.0.0.1.example.org" },
    { host: "192.168.0.2" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-anything": "" },
    { "x-real-ip": "127.0.0.1" },
    { "CF-Connecting-IP": "127.0.0.1" },
    { "cf-ray": "0" },
    { "True-Client-IP": "127.0.0.1" },
    { "x-cluster-client-ip": "127.0.0.1" },
    { "x-original-host": "127.0.0.1" },
    { "x-amzn-trace-id": "1" },
  ];
  for (const headers of refused) {
    assert.deepEqual(await get(headers), { status: 404, text: "" }, JSON.stringify(headers));
  }
  // A proxy that adds nothing, as nginx unless told otherwise, speaks HTTP/1.0.
  for (const [version, status] of [
    ["1.0", 404],
    ["1.1", 200],
  ] as const) {
    const socket = connect(Number(new URL(server.origin).port), "127.0.0.1");
    socket.write(`GET ${path} HTTP/${version}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    assert.match(await readAll(socket), new RegExp(`^HTTP/1\\.1 ${status} `));
  }
});
