// Blocking holds on the phone at once, and at the service as soon as it can be told. What the service is told is
// read in the phone's own ledger, and where that is long, on its way.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytesFromHex,
  hex,
  type InboxRequest,
  InboxRequestSchema,
  limits,
  parseNumber,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { GivenAddressSchema } from "../../packages/client/src/store/records.ts";
import {
  type Between,
  changedNetwork,
  type MemoryPhone,
  offline,
  phonesThatTexted,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { delivering } from "./lying-network.ts";

const german = parseNumber("+4915123456789");
const french = parseNumber("+33612345678");

/** How often a phone blocked and unblocked at its service. */
async function blocksOf(phone: MemoryPhone): Promise<number> {
  const ledger = await phone.run((profile) => profile.ledger.lines());
  return ledger.filter(({ declaration }) => declaration === "block-addresses").length;
}

/** What a phone shows of what waits, and how long each body is that its service delivers. */
async function taken(phone: MemoryPhone) {
  const bodies: number[] = [];
  const network = delivering((envelopes) => {
    bodies.push(...envelopes.map(({ body }) => body.length));
    return envelopes;
  });
  return { texts: await phone.texts({ network }), bodies };
}

type Block = Extract<InboxRequest["body"], { case: "blockAddresses" }>["value"];

/** Keeps what a phone has blocked at its service. */
function blocksSeen(seen: Block[]): NonNullable<Between["network"]> {
  return (real) =>
    changedNetwork(real, {
      openSocket: async (url, ...more) => {
        const socket = await real.openSocket(url, ...more);
        return {
          close: () => socket.close(),
          send: (bytes) => {
            const body = url.endsWith("/inbox") && fromBinary(InboxRequestSchema, bytes).body;
            if (body && body.case === "blockAddresses") seen.push(body.value);
            socket.send(bytes);
          },
        };
      },
    });
}

/** As many more addresses as if they had been given to the only person a phone knows. */
async function giveAddresses(phone: MemoryPhone, count: number): Promise<void> {
  await phone.withStore(async (store) => {
    const [person] = await store.list("people");
    const accountId = bytesFromHex(person?.key ?? "");
    const value = toBinary(
      GivenAddressSchema,
      create(GivenAddressSchema, { accountId, envelopeKey: randomBytes(32) }),
    );
    await store.commit(
      Array.from({ length: count }, () => ({ table: "given", key: hex(randomBytes(16)), value })),
    );
  });
}

test("a block without a connection holds here, and reaches the service with the next", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  // A receipt may wait.
  assert.deepEqual(await ben.texts(), []);
  await ben.run((profile) => profile.people.block(german), { network: offline });
  assert.equal(await blocksOf(ben), 0);
  await anna.send(ben, "dropped by the phone");
  assert.deepEqual(await taken(ben), { texts: [], bodies: [512] });
  assert.equal(await blocksOf(ben), 1);
  await anna.send(ben, "dropped by the service");
  assert.deepEqual(await taken(ben), { texts: [], bodies: [0] });
  assert.deepEqual(await taken(ben), { texts: [], bodies: [] }, "its position is acknowledged");

  await ben.run((profile) => profile.people.unblock(german), { network: offline });
  assert.deepEqual(await ben.texts(), []);
  await anna.send(ben, "after");
  assert.deepEqual(await ben.texts(), ["after"]);
  assert.equal(await blocksOf(ben), 2, "what was told is not told again");
});

test("many addresses are blocked in parts that the service takes", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await giveAddresses(ben, 2 * limits.addressesPerBlock);
  let given: string[] = [];
  await ben.withStore(async (store) => {
    given = (await store.list("given")).map(({ key }) => key);
  });
  const parts: Block[] = [];
  await ben.run((profile) => profile.people.block(german), { network: blocksSeen(parts) });
  assert.equal(parts.length, 3);
  for (const { block } of parts) assert.ok(block.length <= limits.addressesPerBlock);
  assert.deepEqual(parts.flatMap(({ block }) => block.map(hex)).sort(), given);
  await ben.run((profile) => profile.people.unblock(german));
  await anna.send(ben, "after");
  assert.deepEqual(await ben.texts(), ["after"]);
});

test("a block that the service refuses holds here, and stops nothing else", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  // More than the service blocks for one mailbox.
  await giveAddresses(ben, 10_000);
  await ben.run((profile) => profile.people.block(german));
  await anna.send(ben, "while blocked");
  assert.deepEqual(await ben.texts(), []);
  await ben.run((profile) => profile.people.unblock(german));
  await anna.send(ben, "after");
  assert.deepEqual(await ben.texts(), ["after"]);
});
