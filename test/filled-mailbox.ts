// A mailbox that has no room for strangers: for whatever tells them so.
import assert from "node:assert/strict";
import { openOutbox } from "@assent/bare-phone";
import { fromBinary } from "@bufbuild/protobuf";
import { PersonSchema } from "../packages/client/src/store/records.ts";
import type { MemoryPhone } from "./memory-phone.ts";
import type { Lifetime, TestServer } from "./network.ts";

// All strangers together have 16 MB in a mailbox. Beside the first contact, whose room comes back on the full hour, these
// leave room for a short text, and for no long one.
const filling = [...Array(255).fill(65_536), ...Array(2).fill(16_384), ...Array(2).fill(4_096)];

/**
 * Fills what strangers have in a number's mailbox, but for a short text or two.
 * @param by who has written to the number, and was not answered.
 * @returns what puts more there, of so many bytes.
 */
export async function fillMailbox(
  lifetime: Lifetime,
  server: TestServer,
  by: MemoryPhone,
  number: string,
) {
  const outbox = await openOutbox(server);
  lifetime.after(() => outbox.webSocket.close());
  const capability = await capabilityFor(by, number);
  const putOf = (bytes: number) =>
    outbox.resultOf(outbox.put({ capability, body: new Uint8Array(bytes) }));
  for (const bytes of filling) assert.equal((await putOf(bytes)).kind, "put");
  return putOf;
}

/** The right that a phone has to write to a number that it has written to. */
async function capabilityFor(phone: MemoryPhone, number: string): Promise<Uint8Array> {
  let capability: Uint8Array | undefined;
  await phone.withStore(async (store) => {
    const people = (await store.list("people")).map(({ value }) => fromBinary(PersonSchema, value));
    capability = people.find((person) => person.number === number)?.devices[0]?.capability;
  });
  assert.ok(capability);
  return capability;
}
