// What a page of another site can do with the service, which is nothing: browsers let it open sockets anywhere, and
// let it call where the service allows it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CellService, GetParametersRequestSchema, lowestContract } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { WebSocket } from "ws";
import { type ServerForTests, startTestServer } from "./server-for-tests.ts";

function open(server: ServerForTests, path: string, headers: Readonly<Record<string, string>>) {
  const url = server.origin.replace("http", "ws") + path;
  const webSocket = new WebSocket(url, "assent.mailbox.v1", { headers });
  return new Promise<string>((resolve) => {
    webSocket.once("error", (error) => resolve(error.message));
    webSocket.once("open", () => {
      webSocket.terminate();
      resolve("open");
    });
  });
}

test("a page opens sockets to its own service alone; what is no page opens them", async (context) => {
  const server = await startTestServer(context);
  for (const path of ["/outbox", "/inbox"]) {
    const own: Record<string, string>[] = [
      {},
      { origin: server.origin },
      { origin: "http://anna.assent.localhost:8080", host: "anna.assent.localhost:8080" },
      { origin: "https://assent.example", host: "Assent.example" },
      { origin: "https://assent.example", host: "assent.example:443" },
      { origin: "https://assent.example:8443", host: "assent.example:8443" },
    ];
    for (const headers of own)
      assert.equal(await open(server, path, headers), "open", JSON.stringify(headers));
    const foreign: Record<string, string>[] = [
      { origin: "https://other.example" },
      { origin: "http://127.0.0.1:1" },
      { origin: "null" },
      { origin: "" },
      { origin: "file://" },
      { origin: "http://ben.assent.localhost:8080", host: "anna.assent.localhost:8080" },
      { origin: "https://assent.example", host: "assent.example:8443" },
      { origin: "https://assent.example.other", host: "assent.example" },
    ];
    for (const headers of foreign)
      assert.match(await open(server, path, headers), /403/, JSON.stringify(headers));
  }
});

test("a page of another site is allowed no call, and reads no answer", async (context) => {
  const server = await startTestServer(context);
  const call = `/${CellService.typeName}/${CellService.method.getParameters.name}`;
  const request = create(GetParametersRequestSchema, { contract: lowestContract });
  const body = new Uint8Array(toBinary(GetParametersRequestSchema, request));
  const origin = "https://other.example";
  const ask = async (path: string, init: RequestInit) => {
    const answer = await fetch(server.origin + path, init);
    const allowed = [...answer.headers.keys()].filter((name) => name.startsWith("access-control"));
    assert.deepEqual(allowed, [], `${init.method} ${path}`);
    return answer.status;
  };
  // What a browser asks first for a call that only programs make.
  const preflight = { origin, "access-control-request-method": "POST" };
  assert.equal(await ask(call, { method: "OPTIONS", headers: preflight }), 405);
  // What it sends without asking, because a form could.
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const headers = { origin, "content-type": type };
    assert.equal(await ask(call, { method: "POST", headers, body }), 415, type);
  }
  assert.equal(await ask(call, { method: "GET", headers: { origin } }), 405);
  // The same call is taken from the service's own app.
  const headers = { origin: server.origin, "content-type": "application/proto" };
  assert.equal(await ask(call, { method: "POST", headers, body }), 200);
});
