// What the screens know of the phone, as it announces it: over the ports that a page and its worker have, without either.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { answerCalls } from "./calls.ts";
import type { Announcement } from "./phone.ts";
import { startPhone, usePhone } from "./phone-state.ts";

const number = "+4915123456789" as PhoneNumber;

Object.assign(globalThis, { addEventListener: () => undefined });

test("what is announced when another tab has the phone is read no more, and fails nothing", async (t) => {
  let announcements: MessagePort | undefined;
  let refused = Promise.withResolvers<void>();
  const refuse = async () => {
    refused.resolve();
    throw new AssentError("profile_in_use");
  };
  let isTaken = false;
  const calls = {
    open: async (port: MessagePort) => {
      announcements = port;
      return { status: {}, conversations: [], archived: 0, contacts: [] };
    },
    conversations: async () => [],
    contacts: () => (isTaken ? refuse() : Promise.resolve([])),
    conversation: refuse,
    connect: async () => undefined,
    attachPush: async (port: MessagePort) => port.close(),
  };
  const ports: MessagePort[] = [];
  const postMessage = (_: string, [port]: readonly MessagePort[]) => {
    assert.ok(port);
    ports.push(port);
    answerCalls(port, calls);
  };
  const worker = { postMessage } as unknown as Worker;
  t.after(() => {
    for (const port of ports) port.close();
    announcements?.close();
  });
  await startPhone({ worker, died: new Promise(() => undefined) });
  assert.equal(usePhone.getState().opening, "open");
  isTaken = true;
  const announce = (announcement: Announcement) => announcements?.postMessage(announcement);
  for (const late of [
    { kind: "numbers", numbers: [number] } as const,
    { kind: "contacts" } as const,
  ]) {
    refused = Promise.withResolvers();
    announce(late);
    await refused.promise;
  }
  announce({ kind: "taken-over" });
  const taken = Promise.withResolvers<void>();
  t.after(usePhone.subscribe(({ opening }) => opening === "taken-over" && taken.resolve()));
  await taken.promise;
});
