// Nothing leaves before yes; after it, exactly what the ledger says. The network is watched, not asked.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Network, Store } from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ProfileState, ProfileStateSchema } from "../../packages/client/src/store/records.ts";
import { changedNetwork, offline, phonesOn, phonesThatTexted } from "../memory-phone.ts";
import { newPhones, newProcessPhones, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";

const german = "+4915123456789";
const french = "+33612345678";

interface LedgerJson {
  readonly declaration: string;
  readonly purpose: string;
  readonly method: string;
  readonly destination: string;
  /** In base64, where it has at most 16 KB. */
  readonly body?: string;
  readonly bodySha256?: string;
}

function bodyAsNoted(body: Buffer): string {
  if (body.length <= 16_384) return body.toString("base64");
  return createHash("sha256").update(body).digest("base64");
}

function fiftyContacts(): string {
  return Array.from(
    { length: 50 },
    (_, index) =>
      `BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Person ${index}\r\nTEL;VALUE=uri:tel:+4915123456${100 + index}\r\nEND:VCARD\r\n`,
  ).join("");
}

test("before yes, nothing reaches the network and the ledger is empty", async (context) => {
  const watched = await RecordingProxy.start(context);
  const [phone] = await newProcessPhones(context, german);
  assert.ok(phone);
  await mkdir(phone.folder, { recursive: true });
  const contacts = join(phone.folder, "..", "fifty.vcf");
  await writeFile(contacts, fiftyContacts());

  await phone.ok(["status"]);
  const [read] = await phone.ok(["contacts", "import", contacts]);
  assert.deepEqual([read?.["imported"], read?.["unusable"]], [50, []]);
  assert.equal(await phone.refused(["check", french]), "consent_required");
  assert.equal(
    await phone.refused(["send", french, "-m", "hello", "--route", "private"]),
    "consent_required",
  );
  assert.equal((await phone.handOff(french, "hello"))?.state, "handoff");
  assert.equal(await phone.refused(["receive"]), "consent_required");
  for (const answer of ["no\n", "", "y\n", "\nyes\n"]) {
    const on = ["on", german, "--server", watched.origin];
    assert.equal(await phone.refused(on, answer), "consent_declined");
  }
  assert.equal(watched.connections, 0);
  assert.deepEqual(await phone.ok(["ledger"]), []);

  // The positive control: the watched port does see a phone whose owner said yes.
  assert.equal(
    await phone.refused(["on", german, "--server", watched.origin], "yes\n"),
    "unreachable",
  );
  assert.ok(watched.connections > 0);
  assert.equal((await phone.ok(["ledger"])).length, 1);
});

test("after yes, the ledger is what the network saw, byte for byte", async (context) => {
  const server = await TestServer.start(context);
  const watched = await RecordingProxy.start(context, server.origin);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await ben.turnOn(server);

  await anna.ok(["on", german, "--server", watched.origin], "yes\n");
  await anna.ok(["verify", await server.codeFor(german)]);
  await anna.ok(["check", french]);
  await anna.send(french, "one");
  await anna.send(french, "two");
  assert.deepEqual(await ben.texts(), ["one", "two"]);
  await ben.send(german, "three");
  assert.deepEqual(await anna.texts(), ["three"]);
  await anna.ok(["block", french]);
  await anna.ok(["off", "--yes"]);

  const ledger = await anna.ok<LedgerJson>(["ledger"]);
  const noted = ledger.map(({ method, destination, body, bodySha256 }) =>
    [method, new URL(destination).pathname, body ?? bodySha256].join(" "),
  );
  const seen = watched.items.map(({ method, path, body }) =>
    [method, path, bodyAsNoted(body)].join(" "),
  );
  assert.ok(ledger.some(({ bodySha256 }) => bodySha256 !== undefined));
  assert.deepEqual(seen.sort(), noted.sort());
  assert.ok(ledger.every(({ purpose }) => purpose === "service"));
  for (const declaration of [
    "start-registration",
    "evaluate",
    "get-record",
    "put",
    "acknowledge",
    "delete-account",
  ]) {
    assert.ok(
      ledger.some((line) => line.declaration === declaration),
      declaration,
    );
  }
});

test("the anonymous and the account's own requests share no connection", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  await ben.turnOn(server);
  const watched = await RecordingProxy.start(context, server.origin);
  await anna.ok(["on", german, "--server", watched.origin, "--yes"]);
  await anna.ok(["verify", await server.codeFor(german)]);
  await anna.send(french, "hello");
  const account = ["Evaluate", "AddKeyPackages", "VerifyCode", "/inbox"];
  const anonymous = ["GetRecord", "TakeKeyPackages", "/buckets/", "/outbox"];
  for (const paths of watched.pathsByConnection) {
    const isAccount = paths.some((path) => account.some((part) => path.includes(part)));
    const isAnonymous = paths.some((path) => anonymous.some((part) => path.includes(part)));
    assert.ok(!(isAccount && isAnonymous), paths.join(", "));
  }
});

/** Ben read Anna's text and sealed the receipt for it, and could not send that yet. */
async function readAndSealed(context: TestContext) {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [parseNumber(german), parseNumber(french)]);
  await ben.run((profile) => profile.account.setPurpose("receipts", true));
  await anna.send(ben, "read it");
  assert.deepEqual(await ben.texts(), ["read it"]);
  await anna.events();
  await ben.run(
    async (profile) => {
      await profile.conversations.markRead(anna.number);
      await profile.texts.flush();
    },
    { network: offline },
  );
  await ben.withStore(async (store) => {
    assert.equal((await store.list("outgoing")).length, 1, "it is sealed");
  });
  const stateOfText = async () =>
    (await anna.run((profile) => profile.conversations.history(ben.number))).at(-1)?.state;
  /** What Anna is told once Ben is connected again. */
  const told = async () => {
    await ben.events();
    await anna.events();
    return stateOfText();
  };
  return { server, anna, ben, told };
}

test("a read receipt that was sealed leaves with a yes alone, and is in the ledger under it", async (context) => {
  const { ben, told } = await readAndSealed(context);
  assert.equal(await told(), "read");
  const ledger = await ben.run((profile) => profile.ledger.lines());
  const withReceipts = ledger.filter(({ purpose }) => purpose === "receipts");
  assert.deepEqual(
    withReceipts.map(({ declaration }) => declaration),
    ["put"],
  );
});

test("a read receipt that was sealed does not leave after its owner took the yes back", async (context) => {
  const { ben, told } = await readAndSealed(context);
  await ben.run((profile) => profile.account.setPurpose("receipts", false), { network: offline });
  assert.equal(await told(), "delivered");
  // Nor when the owner says yes again: that is for what is read from then on.
  await ben.run((profile) => profile.account.setPurpose("receipts", true));
  assert.equal(await told(), "delivered");
});

test("a read receipt that was sealed does not leave under a policy that its owner did not say yes to", async (context) => {
  const { server, ben, told } = await readAndSealed(context);
  await ben.withStore((store) =>
    changeState(store, (state) => {
      assert.ok(state.consent);
      state.consent.policyVersion = 0;
    }),
  );
  await ben.run((profile) => profile.account.turnOn(ben.number, server.origin, ["service"]));
  assert.equal(await told(), "delivered");
});

async function changeState(store: Store, change: (state: ProfileState) => void): Promise<void> {
  const stored = (await store.get("profile", "state")) ?? new Uint8Array();
  const state = fromBinary(ProfileStateSchema, stored);
  change(state);
  const value = toBinary(ProfileStateSchema, state);
  await store.commit([{ table: "profile", key: "state", value }]);
}

// The yes of an older version of the client: it was given to other words, or nobody was asked.
const olderConsents: Record<string, (state: ProfileState) => void> = {
  "a changed policy": (state) => {
    assert.ok(state.consent);
    state.consent.policyVersion = 0;
  },
  "an older version that did not ask": (state) => {
    state.consent = undefined;
  },
};

for (const [name, age] of Object.entries(olderConsents)) {
  test(`${name} pauses everything until the owner answers, and loses nothing`, async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesOn(server, [parseNumber(german), parseNumber(french)]);
    assert.ok(anna && ben);
    await anna.send(ben, "before");
    await anna.withStore((store) => changeState(store, age));
    const ledger = await anna.run((profile) => profile.ledger.lines());
    await assert.rejects(
      anna.run((profile) => profile.people.check(ben.number)),
      { code: "policy_changed" },
    );
    assert.equal((await anna.send(ben, "while paused")).state, "queued");
    assert.equal((await anna.run((profile) => profile.account.status())).policyChanged, true);
    assert.deepEqual(await anna.run((profile) => profile.ledger.lines()), ledger, "nothing left");
    assert.deepEqual(await ben.texts(), ["before"]);
    const renewed = await anna.run((profile) =>
      profile.account.turnOn(anna.number, server.origin, ["service"]),
    );
    assert.equal(renewed.kind, "consent-renewed");
    await anna.events();
    assert.deepEqual(await ben.texts(), ["while paused"]);
  });
}

test("a conversation that is merely opened, looked at and drafted in asks nobody", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await phonesOn(server, [parseNumber(german)]);
  assert.ok(anna);
  let asked = 0;
  const network = (real: Network) =>
    changedNetwork(real, {
      http: (...request) => {
        asked += 1;
        return real.http(...request);
      },
      openSocket: (...socket) => {
        asked += 1;
        return real.openSocket(...socket);
      },
    });
  const number = parseNumber(french);
  await anna.run(
    async (profile) => {
      const { conversations, people } = profile;
      await conversations.start(number);
      await conversations.page(number, { limit: 50 });
      await conversations.summary(number);
      await conversations.markRead(number);
      await conversations.setDraft(number, "half a thought");
      await conversations.list();
      await people.view(number);
      const noted = (await profile.ledger.lines()).length;
      assert.equal(asked, 0);
      // Whoever is asked about leaves a trace in both.
      await people.check(number);
      assert.ok(asked > 0);
      assert.ok((await profile.ledger.lines()).length > noted);
    },
    { network },
  );
});
