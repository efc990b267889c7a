// For tests only: devices of several accounts with all the rooms of conversations and real groups, and a service between them
// that gives out what they offer and carries what they put.
import {
  type DeliveredEnvelope,
  DeliveredEnvelopeSchema,
  type Device,
  equalBytes,
  generateSealingKeyPair,
  hex,
  type Manifest,
  ManifestSchema,
  randomBytes,
  type Signed,
  SignedSchema,
  sha256,
  signManifest,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { CellForTests, type PhoneForTests, phoneOn, serviceOf } from "../account/cell-for-tests.ts";
import { Cells } from "../account/cells.ts";
import { rootKeysOf, type Self, selfOf } from "../account/self.ts";
import { TimersForTests } from "../clock/timers-for-tests.ts";
import { understanding } from "../content/understanding.ts";
import type { Discovery } from "../discovery/discovery.ts";
import type { Outbox, PutAnswer } from "../egress/outbox.ts";
import type { Encryption } from "../encryption/encryption.ts";
import {
  decodeStored,
  type Identity,
  KeyPackageSchema,
  NumberRecordSchema,
  type Person,
  point,
  put,
  type Records,
  SpareCapabilitySchema,
  Standing,
} from "../store/records.ts";
import { Applying } from "./incoming/applying.ts";
import { Taking } from "./incoming/taking.ts";
import { Posting, type PostingParts } from "./outgoing/posting.ts";
import { Sealing } from "./outgoing/sealing.ts";
import { Starting } from "./outgoing/starting.ts";
import { queueText } from "./outgoing/text-queue.ts";
import { personKey } from "./people/person.ts";

interface Mailbox {
  readonly device: DeviceForTests;
  readonly serial: Uint8Array<ArrayBuffer>;
}

export class ServiceForTests {
  readonly mls: Encryption;
  readonly cell: CellForTests;
  readonly clock = { nowMs: Date.now() };
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly devices: DeviceForTests[] = [];
  /** KeyPackages that were given out. */
  taken = 0;
  /** Refuses what goes to a device, where it says so. */
  refusing: (device: DeviceForTests) => PutAnswer | undefined = () => undefined;

  private constructor(mls: Encryption, cell: CellForTests) {
    this.mls = mls;
    this.cell = cell;
  }

  static async make(mls: Encryption): Promise<ServiceForTests> {
    return new ServiceForTests(mls, await CellForTests.make());
  }

  capabilityOf(device: DeviceForTests): { capability: Uint8Array<ArrayBuffer>; serial: string } {
    const [capability, serial] = [randomBytes(80), randomBytes(16)];
    this.#mailboxes.set(hex(capability), { device, serial });
    return { capability, serial: hex(serial) };
  }

  /** The devices of an account that offer something, each by a KeyPackage of its own. */
  async takeKeyPackages(accountId: Uint8Array) {
    const of = this.devices.filter(({ self }) => equalBytes(self.device.accountId, accountId));
    const newest = of.reduce((a, b) => (b.manifest.version > a.manifest.version ? b : a));
    const devices = await Promise.all(
      of
        .filter(({ isOffering }) => isOffering)
        .map(async (device) => {
          this.taken += 1;
          const { deviceId } = device.self.device;
          const keyPackage = await device.newKeyPackage();
          const { capability: provisionalCapability } = this.capabilityOf(device);
          return { deviceId, keyPackage, provisionalCapability };
        }),
    );
    return { manifest: newest.self.manifest, devices };
  }

  outbox(): Outbox {
    const carry = async (puts: Parameters<Outbox["put"]>[0]): Promise<PutAnswer[]> =>
      puts.map(({ capability, envelopeId, body }) => {
        const { device, serial } = this.#mailboxes.get(hex(capability)) as Mailbox;
        const refused = this.refusing(device);
        if (refused) return refused;
        const envelope = create(DeliveredEnvelopeSchema, {
          envelopeId: new Uint8Array(envelopeId),
          addressSerial: serial,
          body: new Uint8Array(body),
        });
        device.waiting.push(envelope);
        return { ticket: new Uint8Array(16).fill(1) };
      });
    return { put: carry, close: () => undefined } as unknown as Outbox;
  }
}

export class DeviceForTests {
  readonly service: ServiceForTests;
  readonly records: Records;
  readonly phone: PhoneForTests;
  readonly sealingKey: Uint8Array<ArrayBuffer>;
  self: Self;
  isOffering = true;
  /** What was put and not taken yet. */
  readonly waiting: DeliveredEnvelope[] = [];
  readonly #posting: Posting;
  readonly #taking: Taking;

  private constructor(
    service: ServiceForTests,
    phone: PhoneForTests,
    sealingKey?: Uint8Array<ArrayBuffer>,
  ) {
    this.service = service;
    this.phone = phone;
    this.records = phone.records;
    this.self = selfOfPhone(phone);
    this.sealingKey = sealingKey ?? new Uint8Array((this.manifest.devices[0] as Device).sealingKey);
    const { mls, clock } = service;
    const parts: PostingParts = {
      records: phone.records,
      encryption: mls,
      service: serviceOf({
        directory: {
          takeKeyPackages: ({ accountId }: { accountId: Uint8Array }) =>
            service.takeKeyPackages(accountId),
        },
      }),
      now: () => clock.nowMs,
      random: () => 0.5,
      timers: new TimersForTests(),
      consentTo: () => "yes",
      discovery: { findRecently: async (_, number) => this.#find(number) } as Discovery,
    };
    const sealing = new Sealing(parts);
    this.#posting = new Posting(parts, sealing, new Starting(parts, sealing));
    const applying = new Applying(() => this.self, parts.now, understanding);
    this.#taking = new Taking(parts, sealing, applying);
    service.devices.push(this);
  }

  /** The first device of an account. */
  static async first(service: ServiceForTests, number: Self["number"]): Promise<DeviceForTests> {
    return DeviceForTests.#on(service, await phoneOn(service.cell, number));
  }

  static async #on(
    service: ServiceForTests,
    phone: PhoneForTests,
    sealingKey?: Uint8Array<ArrayBuffer>,
  ): Promise<DeviceForTests> {
    const device = new DeviceForTests(service, phone, sealingKey);
    for (let count = 0; count < 5; count += 1) {
      const { capability, serial } = service.capabilityOf(device);
      const expiresAtMs = BigInt(service.clock.nowMs + 365 * 86_400_000);
      const spare = create(SpareCapabilitySchema, { capability, expiresAtMs });
      await device.records.commit([put("spare", serial, spare)]);
    }
    return device;
  }

  get manifest(): Manifest {
    return decodeStored(ManifestSchema, this.self.manifest.encoded);
  }

  get name(): string {
    return hex(this.self.device.deviceId);
  }

  get #identity(): Identity {
    return this.phone.state.current.identity as Identity;
  }

  /** Another device of the account; the manifest that names it is not signed yet. */
  async another(): Promise<DeviceForTests> {
    const phone = await phoneOn(this.service.cell, this.self.number);
    const sealing = await generateSealingKeyPair();
    const device = { devicePrivateKey: randomBytes(32), sealingPrivateKey: sealing.privateKey };
    await phone.state.change({ identity: { ...this.#identity, ...device } });
    return DeviceForTests.#on(this.service, phone, sealing.publicKey);
  }

  /** The next manifest of an account, of these devices. */
  async nowOf(...devices: readonly DeviceForTests[]): Promise<void> {
    const root = rootKeysOf(this.#identity);
    const before = this.manifest;
    const manifest = create(ManifestSchema, {
      rootKey: root.publicKey,
      version: before.version + 1,
      previousHash: sha256(this.self.manifest.encoded),
      devices: devices.map(({ self, sealingKey }) => ({
        signatureKey: new Uint8Array(self.device.signatureKey),
        sealingKey,
      })),
    });
    const signed = await signManifest(root.privateKey, manifest);
    for (const device of devices) await device.#believe(signed);
  }

  async #believe(signed: Signed): Promise<void> {
    const manifestEncoded = toBinary(SignedSchema, signed);
    await this.phone.state.change({ identity: { ...this.#identity, manifestEncoded } });
    this.self = selfOfPhone(this.phone);
  }

  async newKeyPackage(): Promise<Uint8Array<ArrayBuffer>> {
    const made = await this.service.mls.generateKeyPackage(this.self.device, Date.now());
    const record = create(KeyPackageSchema, {
      publicPart: made.publicPart,
      privatePart: made.privatePart,
    });
    await this.records.commit([put("keyPackages", made.ref, record)]);
    return made.publicPart;
  }

  /** As a look-up: what it found is kept. */
  async #find(number: string) {
    const found = this.#found(number);
    const { accountId, lowestManifestVersion } = found;
    await this.records.update("numbers", number, (known = create(NumberRecordSchema)) => ({
      ...known,
      accountId: new Uint8Array(accountId),
      lowestManifestVersion,
    }));
    return found;
  }

  #found(number: string) {
    const of = this.service.devices.filter(({ self }) => self.number === number);
    const { accountId } = (of[0] as DeviceForTests).self.device;
    const versions = of.map(({ manifest }) => manifest.version);
    return {
      route: "private" as const,
      accountId,
      rootKey: (of[0] as DeviceForTests).manifest.rootKey,
      lowestManifestVersion: Math.max(...versions),
    };
  }

  /** Queues a text; returns its key. */
  write(to: DeviceForTests, text: string): Promise<string> {
    return this.records.step(async (step) => {
      const { clock } = this.service;
      const queued = await queueText(step, this.self, to.self.number, text, "private", clock.nowMs);
      step.add([...queued.changes, point("queue", queued.key, queued.key)]);
      return queued.key;
    });
  }

  /** Sends what waits to be sent. Returns why something still waits. */
  async post(): Promise<string | undefined> {
    const outbox = this.service.outbox();
    return (await this.#posting.flush(this.self, async () => outbox))?.code;
  }

  async send(to: DeviceForTests, text: string): Promise<string | undefined> {
    await this.write(to, text);
    return this.post();
  }

  /** Takes what waits, and answers it. */
  async take(): Promise<void> {
    await this.#taking.take(this.self, this.waiting.splice(0));
  }

  /** All texts that came, in order. */
  async texts(): Promise<string[]> {
    await this.take();
    const messages = await this.records.list("messages");
    return messages.flatMap(({ record }) => (record.outgoing ? [] : [record.text]));
  }

  /** As the record of a number says, and its owner: it is theirs, and they are written with. */
  async knows(other: DeviceForTests): Promise<void> {
    const { lowestManifestVersion } = this.#found(other.self.number);
    const { accountId } = other.self.device;
    const known = await this.person(other);
    const ids = { accountId, acceptedAccountId: accountId };
    await this.records.commit([
      put("people", personKey(accountId), { ...known, standing: Standing.CURRENT }),
      put(
        "numbers",
        other.self.number,
        create(NumberRecordSchema, { ...ids, lowestManifestVersion }),
      ),
    ]);
  }

  async person(other: DeviceForTests): Promise<Person> {
    return (await this.records.get("people", personKey(other.self.device.accountId))) as Person;
  }
}

function selfOfPhone({ state }: PhoneForTests): Self {
  return selfOf(state.current.identity, new Cells(state, serviceOf({}), () => 1).pinned);
}
