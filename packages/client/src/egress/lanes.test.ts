// What goes over the connections of one kind does not compile for the other, and the types say what the contract declares.
import assert from "node:assert/strict";
import { test } from "node:test";
import { declarations } from "@assent/protocol";
import type { DeclaredSocket, Egress } from "./egress.ts";
import { lanes } from "./lanes.ts";
import type { HttpRequest, SocketHandlers } from "./network.ts";
import type { AccountService, AnonymousService } from "./service.ts";

test("the lanes are those of the contract", () => {
  const declared = Object.entries(declarations).map(([id, { lane }]) => [id, lane]);
  assert.deepEqual(lanes, Object.fromEntries(declared));
});

/** Compiled and never called: each line that is expected to fail is an error of the types where it does not. */
async function mixing(
  egress: Egress,
  request: HttpRequest,
  handlers: SocketHandlers,
  outbox: DeclaredSocket<"anonymous">,
  inbox: DeclaredSocket<"account">,
  anonymous: AnonymousService,
  account: AccountService,
): Promise<void> {
  await egress.http("anonymous", "get-record", request, 1);
  // @ts-expect-error
  await egress.http("anonymous", "evaluate", request, 1);
  await egress.http("account", "evaluate", request, 1);
  // @ts-expect-error
  await egress.http("account", "get-record", request, 1);
  // @ts-expect-error
  await egress.openSocket("anonymous", "open-inbox", "", "", handlers);
  await outbox.send("put", new Uint8Array());
  // @ts-expect-error
  await outbox.send("acknowledge", new Uint8Array());
  await inbox.send("acknowledge", new Uint8Array());
  // @ts-expect-error
  await inbox.send("put", new Uint8Array());
  await anonymous.directory.getRecord({});
  // @ts-expect-error
  await anonymous.directory.addKeyPackages({});
  // @ts-expect-error
  await anonymous.discovery.evaluate({});
  await account.discovery.evaluate({});
  await account.directory.addKeyPackages({});
  // @ts-expect-error
  await account.directory.getRecord({});
}

test("what mixes them does not compile", () => {
  assert.equal(typeof mixing, "function");
});
