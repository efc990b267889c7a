// Whoever recorded what a phone sent, in a proxy that ends TLS or at the service itself, sends all of it again: nothing
// is doubled, nothing is undone, and nobody comes back who left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, inboxAnswerIn } from "@assent/bare-phone";
import { ErrorDetailSchema, OutboxAnswerSchema, PutOutcome } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { newPhones, TestServer } from "../network.ts";
import { RecordingProxy, type SeenItem } from "../recording-proxy.ts";

const german = "+4915123456789";
const french = "+33612345678";

/** Sends recorded calls again; what each is answered with, by its procedure. */
async function callAgain(origin: string, items: readonly SeenItem[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const { method, path, body } of items) {
    if (method !== "POST") continue;
    const headers = { "content-type": "application/proto", "connect-protocol-version": "1" };
    const answer = await fetch(origin + path, { method, headers, body: new Uint8Array(body) });
    const procedure = path.slice(path.lastIndexOf("/") + 1);
    answers.set(procedure, answer.ok ? "done" : codeIn((await answer.json()) as ConnectFailure));
  }
  return answers;
}

interface ConnectFailure {
  readonly details: readonly { readonly value: string }[];
}

function codeIn({ details }: ConnectFailure): string {
  const detail = Buffer.from(details[0]?.value ?? "", "base64");
  return fromBinary(ErrorDetailSchema, detail).code;
}

function framesOf(items: readonly SeenItem[], socket: string): Buffer[] {
  return items
    .filter(({ method, path }) => method === "FRAME" && path === socket)
    .map(({ body }) => body);
}

test("what was recorded does nothing when it is sent again", async (context) => {
  const server = await TestServer.start(context);
  const watched = await RecordingProxy.start(context, server.origin);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await ben.turnOn(server);
  await anna.ok(["on", german, "--server", watched.origin, "--yes"]);
  await anna.ok(["verify", await server.codeFor(german)]);
  await anna.send(french, "once");
  assert.deepEqual(await ben.texts(), ["once"]);

  const answers = await callAgain(server.origin, watched.items);
  // Signed under a counter: the service has seen a later one.
  assert.equal(answers.get("AddKeyPackages"), "counter_behind");
  assert.equal(answers.get("Evaluate"), "counter_behind");
  // The same account, as it is.
  assert.equal(answers.get("VerifyCode"), "done");
  assert.equal(answers.get("CreateAccount"), "done");

  const outbox = await connect(server, "/outbox");
  const puts = framesOf(watched.items, "/outbox");
  assert.ok(puts.length > 0);
  for (const frame of puts) {
    outbox.webSocket.send(frame);
    const { putResults } = fromBinary(OutboxAnswerSchema, await outbox.next());
    // As it was answered then: whoever sends it again is not told more.
    assert.ok(putResults.every(({ outcome }) => outcome === PutOutcome.STORED));
  }
  outbox.webSocket.close();
  const [proof] = framesOf(watched.items, "/inbox");
  assert.ok(proof);
  const inbox = await connect(server, "/inbox");
  await inbox.next();
  inbox.webSocket.send(proof);
  const refused = inboxAnswerIn(await inbox.next());
  assert.ok(refused.case === "error" && refused.value.code === "unauthenticated");

  assert.deepEqual(await ben.texts(), []);
  await ben.send(german, "and back");
  assert.deepEqual(await anna.texts(), ["and back"]);
  await anna.send(french, "twice");
  assert.deepEqual(await ben.texts(), ["twice"]);

  await anna.ok(["off", "--yes"]);
  const afterwards = await callAgain(server.origin, watched.items);
  assert.equal(afterwards.get("DeleteAccount"), "signed_out");
  assert.equal(afterwards.get("AddKeyPackages"), "signed_out");
  // Its claim was spent.
  assert.equal(afterwards.get("CreateAccount"), "code_expired");
  assert.deepEqual(await ben.ok(["check", german]), [{ number: german, route: "sms" }]);
});
