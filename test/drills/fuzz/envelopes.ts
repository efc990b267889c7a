// What a phone takes from its inbox, bad at every depth: the sealed body, the envelope inside the seal, the first
// contact, and the content inside a group message that decrypts.
import assert from "node:assert/strict";
import {
  type Encryption,
  type Network,
  openNodeNetwork,
  openProfile,
  type Store,
} from "@assent/client/node";
import {
  accountIdOf,
  ContentSchema,
  concat,
  conversationIdOfTwo,
  type DeliveredEnvelope,
  deriveKey,
  EnvelopeContentSchema,
  InboxAnswerSchema,
  ManifestSchema,
  pad,
  randomBytes,
  SignedSchema,
  seal,
  sealingPublicKeyLength,
  sealOverhead,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import type { GroupState } from "../../../packages/client/src/encryption/encryption.ts";
import {
  GivenAddressSchema,
  GroupPartSchema,
  ProfileStateSchema,
} from "../../../packages/client/src/store/records.ts";
import { encrypt } from "../../../packages/protocol/src/aead.ts";
import { openEnvelope } from "../../../packages/protocol/src/envelope.ts";
import { type MemoryPhone, receiveNow, textsOf } from "../../memory-phone.ts";
import type { Cases } from "./cases.ts";
import { type Mutation, mutate, mutation } from "./mutation.ts";
import { networkWith, type StoredValue, storeOf, valuesOf } from "./phone-copies.ts";
import type { FuzzedService } from "./service.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Two phones that wrote to each other, as they are stored, and what went between them. */
export interface Correspondence {
  /** Before anything came from Anna. */
  readonly benBefore: readonly StoredValue[];
  readonly ben: readonly StoredValue[];
  readonly anna: readonly StoredValue[];
  readonly firstContact: DeliveredEnvelope;
  /** Of somebody else: "control". */
  readonly otherContact: DeliveredEnvelope;
  /** What Anna wrote after Ben was stored: "control". */
  readonly following: DeliveredEnvelope;
  readonly annasNumber: MemoryPhone["number"];
}

export async function correspond(
  service: FuzzedService,
  encryption: Encryption,
): Promise<Correspondence> {
  const anna = await service.newMemoryPhone(encryption);
  const ben = await service.newMemoryPhone(encryption);
  const benBefore = await storedOf(ben);
  const carol = await service.newMemoryPhone(encryption);
  await anna.send(ben, "first");
  await carol.send(ben, "control");
  const nothing = new Uint8Array();
  const delivered: DeliveredEnvelope[] = [];
  const noting = (network: Network): Network => ({
    ...network,
    openSocket: (url, subprotocol, handlers) =>
      network.openSocket(url, subprotocol, {
        ...handlers,
        onMessage(bytes) {
          const { body } = fromBinary(InboxAnswerSchema, url.endsWith("/inbox") ? bytes : nothing);
          if (body.case === "delivery") delivered.push(...body.value.envelopes);
          handlers.onMessage(bytes);
        },
      }),
  });
  // Of people he does not know: in no order.
  const first = await ben.texts({ network: noting });
  assert.deepEqual(first.sort(), ["control", "first"]);
  await ben.send(anna, "answer");
  assert.deepEqual(await anna.texts(), ["answer"]);
  await ben.texts();
  await ben.send(anna, "queued", { network: () => networkWith([]) });
  const stored = { ben: await storedOf(ben), anna: await storedOf(anna) };
  await anna.send(ben, "control");
  assert.deepEqual(await ben.texts({ network: noting }), ["control"]);
  const [firstContact, otherContact, following] = delivered;
  assert.ok(firstContact && otherContact && following);
  const contacts = { firstContact, otherContact, following };
  return { benBefore, ...stored, ...contacts, annasNumber: anna.number };
}

async function storedOf(phone: MemoryPhone): Promise<StoredValue[]> {
  let store: Store | undefined;
  await phone.run(async () => undefined, {
    store: (own) => {
      store = own;
      return own;
    },
  });
  assert.ok(store);
  return valuesOf(store);
}

export class EnvelopeTargets {
  readonly #between: Correspondence;
  readonly #encryption: Encryption;
  readonly #cases: Cases;
  // For the records of numbers alone.
  readonly #network = openNodeNetwork();

  constructor(between: Correspondence, encryption: Encryption, cases: Cases) {
    this.#between = between;
    this.#encryption = encryption;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    await this.#sealedBodies(total / 4);
    await this.#firstContacts(total / 4);
    await this.#groupMessages(total / 4);
    await this.#contents(total / 4);
    this.#network.close();
  }

  async #sealedBodies(cases: number): Promise<void> {
    const { firstContact } = this.#between;
    const control = await this.#groupMessage(await this.#content("control"));
    await this.#delivering("envelope body", cases, this.#between.ben, async (changes) => ({
      bad: changes.map((some, index) =>
        mutate(index % 2 === 0 ? control : firstContact.body, some),
      ),
      control,
    }));
  }

  /** Sealed as it must be, to the device, by who started the group. */
  async #firstContacts(cases: number): Promise<void> {
    const { benBefore, firstContact, otherContact } = this.#between;
    const { sealingPrivateKey, sealingKey } = sealingKeysOf(benBefore);
    const opened = await openEnvelope(sealingPrivateKey, firstContact.body);
    assert.ok(opened?.content.case === "firstContact");
    const valid = toBinary(EnvelopeContentSchema, opened);
    const sealed = async (bytes: Uint8Array) =>
      concat(
        Uint8Array.of(1),
        await seal(sealingKey, "first contact", pad(bytes, 1 + sealOverhead)),
      );
    const make = async (changes: readonly Mutation[]) => ({
      bad: await Promise.all(changes.map((some) => sealed(mutate(valid, some)))),
      control: new Uint8Array(otherContact.body),
    });
    await this.#delivering("first contact", cases, benBefore, make, otherContact);
  }

  /** Sealed under the address's key, by the one it was given to. */
  async #groupMessages(cases: number): Promise<void> {
    const message = await this.#groupEnvelope(await this.#content("control"));
    const control = await this.#underAddressKey(message);
    await this.#delivering("group message", cases, this.#between.ben, async (changes) => ({
      bad: await Promise.all(changes.map((some) => this.#underAddressKey(mutate(message, some)))),
      control,
    }));
  }

  /** Encrypted in the group, by a member. */
  async #contents(cases: number): Promise<void> {
    const valid = await this.#content("some text");
    await this.#delivering("content", cases, this.#between.ben, async (changes) => {
      const bodies = await this.#groupMessagesOf([
        ...changes.map((some) => mutate(valid, some)),
        await this.#content("control"),
      ]);
      return { bad: bodies.slice(0, -1), control: bodies.at(-1) as Bytes };
    });
  }

  /** Bad ones before and after a good one, which is shown once. */
  async #delivering(
    target: string,
    cases: number,
    phone: readonly StoredValue[],
    make: (changes: readonly Mutation[]) => Promise<{ bad: readonly Bytes[]; control: Bytes }>,
    from = this.#between.firstContact,
  ): Promise<void> {
    const batch = 8;
    const batches = fc.array(mutation, { minLength: batch, maxLength: batch });
    const { firstContact } = this.#between;
    await fc.assert(
      fc.asyncProperty(batches, async (changes) => {
        const { bad, control } = await make(changes);
        const bodies = [...bad, control, ...bad.slice(0, 1)];
        const envelopes = bodies.map((body, index) =>
          envelope(index + 1, (body === control ? from : firstContact).addressSerial, body),
        );
        const started = performance.now();
        const texts = await this.#receive(phone, envelopes);
        const tookMs = (performance.now() - started) / bodies.length;
        assert.equal(texts.filter((shown) => shown === "control").length, 1, `shows ${texts}`);
        for (const _ of bad) this.#cases.note(target, "dropped", tookMs);
      }),
      { seed: this.#cases.seed, numRuns: Math.max(1, Math.round(cases / batch)) },
    );
  }

  async #receive(
    phone: readonly StoredValue[],
    envelopes: readonly DeliveredEnvelope[],
  ): Promise<string[]> {
    const profile = await openProfile({
      store: await storeOf(phone),
      network: { ...networkWith(envelopes, this.#network), close: () => undefined },
      encryption: this.#encryption,
      now: Date.now,
    });
    const texts: string[] = [];
    try {
      texts.push(...textsOf(await receiveNow(profile)));
    } finally {
      await profile.close();
    }
    return texts;
  }

  async #content(text: string): Promise<Bytes> {
    const content = create(ContentSchema, {
      salt: randomBytes(16),
      sentAtMs: BigInt(Date.now()),
      conversationId: conversationIdOfTwo(
        accountIdOf(manifestOf(this.#between.anna).rootKey),
        accountIdOf(manifestOf(this.#between.ben).rootKey),
      ),
      body: { case: "text", value: { text } },
    });
    return toBinary(ContentSchema, content);
  }

  async #groupMessage(content: Bytes): Promise<Bytes> {
    return this.#underAddressKey(await this.#groupEnvelope(content));
  }

  async #groupEnvelope(content: Bytes): Promise<Bytes> {
    const { message } = await this.#encryption.encrypt(this.#annasGroup(), content);
    return groupEnvelope(message);
  }

  /** One after the other, as one who writes a lot. */
  async #groupMessagesOf(contents: readonly Bytes[]): Promise<Bytes[]> {
    let state = this.#annasGroup();
    const bodies: Bytes[] = [];
    for (const content of contents) {
      const sent = await this.#encryption.encrypt(state, content);
      state = sent.state;
      bodies.push(await this.#underAddressKey(groupEnvelope(sent.message)));
    }
    return bodies;
  }

  #annasGroup(): GroupState {
    const part = (name: string): Bytes => {
      const row = this.#between.anna.find(
        ({ table, key }) => table === "groupParts" && key.endsWith(`/${name}`),
      );
      assert.ok(row);
      return new Uint8Array(fromBinary(GroupPartSchema, row.value).bytes);
    };
    const group = this.#between.anna.find(({ table }) => table === "groups");
    assert.ok(group);
    return {
      groupId: new Uint8Array(Buffer.from(group.key, "hex")),
      tree: part("tree"),
      pastEpochs: part("pastEpochs"),
      ratchets: part("ratchets"),
    };
  }

  async #underAddressKey(content: Bytes): Promise<Bytes> {
    const { addressSerial } = this.#between.firstContact;
    const key = Buffer.from(addressSerial).toString("hex");
    const given = this.#between.ben.find((value) => value.table === "given" && value.key === key);
    assert.ok(given);
    const { envelopeKey } = fromBinary(GivenAddressSchema, given.value);
    const salt = randomBytes(32);
    const derived = deriveKey(envelopeKey, "envelope key", 44, salt);
    const padded = pad(content, 1 + 32 + 16);
    const sealed = await encrypt(derived.subarray(0, 32), derived.subarray(32), padded);
    return concat(Uint8Array.of(2), salt, sealed);
  }
}

function groupEnvelope(message: Bytes): Bytes {
  const content = { case: "groupMessage" as const, value: message };
  return toBinary(EnvelopeContentSchema, create(EnvelopeContentSchema, { content }));
}

function envelope(position: number, addressSerial: Uint8Array, body: Bytes): DeliveredEnvelope {
  return {
    $typeName: "assent.v1.DeliveredEnvelope",
    position: BigInt(position),
    envelopeId: randomBytes(32),
    addressSerial: new Uint8Array(addressSerial),
    body,
  };
}

function identityOf(phone: readonly StoredValue[]) {
  const state = phone.find(({ table }) => table === "profile");
  assert.ok(state);
  const { identity } = fromBinary(ProfileStateSchema, state.value);
  assert.ok(identity);
  return identity;
}

function manifestOf(phone: readonly StoredValue[]) {
  const { encoded } = fromBinary(SignedSchema, identityOf(phone).manifestEncoded);
  return fromBinary(ManifestSchema, encoded);
}

function sealingKeysOf(phone: readonly StoredValue[]) {
  // The public half is in the manifest.
  const sealingKey = manifestOf(phone).devices[0]?.sealingKey;
  assert.equal(sealingKey?.length, sealingPublicKeyLength);
  const { sealingPrivateKey } = identityOf(phone);
  return { sealingPrivateKey, sealingKey: sealingKey as Uint8Array };
}
