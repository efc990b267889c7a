// A whole service that is only pretended, in this process: it speaks the contract, checks what phones sign, and keeps nothing
// when the program ends. For the tests of those who build on the SDK. It never refuses for load, has no lookups to use up,
// and rotates no keys.
import {
  AccountService,
  AddKeyPackagesRequestSchema,
  AssentError,
  type AuthenticatedRequest,
  accountIdOf,
  BucketIndexSchema,
  CellService,
  DeletionReceiptSchema,
  type DeviceId,
  DirectoryService,
  DiscoveryService,
  deviceIdOf,
  EvaluateRequestSchema,
  encodeBucket,
  equalBytes,
  hex,
  Intent,
  idLength,
  inboxProcedure,
  lookupHashOf,
  numberSealData,
  openClaim,
  openConsent,
  openManifest,
  openSeal,
  type PhoneNumber,
  paddedNumberLength,
  parseNumber,
  RegistrationService,
  randomBytes,
  requestHashOf,
  type Signed,
  type SignedRequestFields,
  SmsRelayService,
  sha256,
  smsRelay,
  textFromUtf8,
  verifyAccount,
  verifyRequest,
} from "@assent/protocol";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { HttpRequest, HttpResponse, Network } from "../egress/network.ts";
import { PretendedCell } from "./pretended-cell.ts";
import { PretendedMailboxes } from "./pretended-mailboxes.ts";
import { type Answering, answerOf, type Procedure, proceduresOf } from "./pretended-procedures.ts";
import { PretendedSms } from "./pretended-sms.ts";
import { PretendedSocket } from "./pretended-socket.ts";

interface Session {
  readonly number: PhoneNumber;
  readonly rootKey: Uint8Array;
  readonly code: string;
}

interface PretendedAccount {
  readonly accountId: Uint8Array<ArrayBuffer>;
  readonly manifest: Signed;
  readonly deviceId: DeviceId;
  readonly signatureKey: Uint8Array;
  readonly lookupHash: string;
  readonly tag: number;
  readonly sealedRecord: Uint8Array;
  counter: bigint;
  keyPackages: Uint8Array[];
  lastResort: Uint8Array;
}

const codeSeconds = 600;
const lookupsLeft = 2_000;

export class PretendedService {
  /** What phones are told to turn on at. */
  readonly url = "https://assent.example";
  readonly #cell: PretendedCell;
  readonly #now: () => number;
  readonly #mailboxes: PretendedMailboxes;
  readonly #sms: PretendedSms;
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<PhoneNumber, string>();
  /** By device id, in hexadecimal. */
  readonly #accounts = new Map<string, PretendedAccount>();
  readonly #sockets = new Set<PretendedSocket>();
  readonly #procedures: ReadonlyMap<string, Procedure>;
  #isReachable = true;

  private constructor(cell: PretendedCell, now: () => number) {
    this.#cell = cell;
    this.#now = now;
    this.#mailboxes = new PretendedMailboxes(now);
    this.#sms = new PretendedSms(cell, async (procedure, request) => {
      const { account, body } = await this.#asked(procedure, request);
      return { deviceId: account.deviceId, body };
    });
    this.#procedures = new Map([
      ...proceduresOf(CellService, { getParameters: () => this.#cell.parameters() }),
      ...proceduresOf(RegistrationService, this.#registration),
      ...proceduresOf(AccountService, this.#account),
      ...proceduresOf(DiscoveryService, this.#discovery),
      ...proceduresOf(DirectoryService, this.#directory),
      ...proceduresOf(SmsRelayService, this.#sms.answering),
    ]);
  }

  /**
   * One that nobody is on yet.
   * @param now milliseconds since 1970, as the phones have it; the system's clock if left out.
   */
  static async start(now: () => number = Date.now): Promise<PretendedService> {
    return new PretendedService(await PretendedCell.make(), now);
  }

  /** The line from one phone to it, for `openProfile`. Each phone has its own. */
  network(): Network {
    const sockets = new Set<PretendedSocket>();
    return {
      http: async (request) => {
        this.#checkReachable();
        return this.#http(request);
      },
      openSocket: async (url, _subprotocol, handlers) => {
        this.#checkReachable();
        const socket = new PretendedSocket(handlers);
        for (const all of [sockets, this.#sockets]) all.add(socket);
        if (new URL(url).pathname === "/outbox") this.#mailboxes.openOutbox(socket);
        else this.#mailboxes.openInbox(socket, (nonce, proof) => this.#proved(nonce, proof));
        return socket;
      },
      close: () => {
        for (const socket of sockets) socket.close();
      },
    };
  }

  /**
   * The code of the last SMS that went to a number.
   * @throws TypeError where none did.
   */
  codeOf(number: PhoneNumber): string {
    const code = this.#codes.get(number);
    if (!code) throw new TypeError("no code was sent to this number");
    return code;
  }

  /** Has it send SMS for those who say yes to that (`sms-relay`), from when phones next ask what it offers. */
  offerSmsRelay(): void {
    this.#cell.changes = { features: [smsRelay] };
    this.#cell.sequence += 1n;
  }

  /** What people read whom it sent SMS to for somebody, oldest first; codes are not among them. */
  smsTo(number: PhoneNumber): string[] {
    return this.#sms.sentTo(number);
  }

  /** Whether it can be reached; set to false, every connection ends, and none is made until it is true again. */
  get isReachable(): boolean {
    return this.#isReachable;
  }

  set isReachable(isReachable: boolean) {
    this.#isReachable = isReachable;
    if (isReachable) return;
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  #checkReachable(): void {
    if (!this.#isReachable) throw new AssentError("unreachable");
  }

  async #http({ url, body }: HttpRequest): Promise<HttpResponse> {
    const { pathname } = new URL(url);
    const [, , epoch = "", file = ""] = pathname.split("/");
    if (pathname.startsWith("/buckets/")) return this.#bucketFile(Number(epoch), file);
    return answerOf(this.#procedures.get(pathname), body);
  }

  /** One bucket of everybody. */
  #bucketFile(voprfEpoch: number, file: string): HttpResponse {
    const bucket = encodeBucket([...this.#accounts.values()].map(({ tag }) => tag));
    const index = create(BucketIndexSchema, {
      voprfEpoch,
      bits: 0,
      bucketHashes: [sha256(bucket)],
    });
    const headers = { "content-type": "application/octet-stream" };
    return {
      status: 200,
      headers,
      body: file === "index" ? toBinary(BucketIndexSchema, index) : bucket,
    };
  }

  readonly #registration: Answering<typeof RegistrationService> = {
    startRegistration: async ({ intent, sealingEpoch, sealedNumber, consent }) => {
      const statement = consent && (await openConsent(consent));
      const sealing = this.#cell.sealing.find(({ epoch }) => epoch === sealingEpoch);
      if (!sealing) throw new AssentError("key_outdated");
      if (!consent || !statement) throw new AssentError("consent_required");
      const bound = numberSealData({ cellId: this.#cell.id, intent, consent: consent.encoded });
      const padded = await openSeal(sealing.pair.privateKey, "number", sealedNumber, bound);
      if (!padded) throw new AssentError("request_invalid");
      const number = parseNumber(
        textFromUtf8(padded.subarray(0, paddedNumberLength)).replace(/\0+$/, ""),
      );
      const code = String(100_000 + (new DataView(randomBytes(4).buffer).getUint32(0) % 900_000));
      const session = randomBytes(idLength);
      this.#codes.set(number, code);
      this.#sessions.set(hex(session), { number, rootKey: statement.rootKey, code });
      return { session, codeExpiresInSeconds: codeSeconds, resendAfterSeconds: 0 };
    },
    verifyCode: async ({ session, code }) => {
      const known = this.#sessions.get(hex(session));
      if (!known) throw new AssentError("code_expired");
      if (known.code !== code) throw new AssentError("code_wrong");
      return this.#cell.claimOf(known.number, known.rootKey, Intent.REGISTER);
    },
  };

  readonly #account: Answering<typeof AccountService> = {
    createAccount: async ({ claim, manifest, sealedRecord, signature }) => {
      const claimed =
        claim && (await openClaim(this.#cell.claimsKey.publicKey, this.#cell.id, claim));
      const opened = manifest && (await openManifest(manifest));
      const [device] = opened?.devices ?? [];
      if (!claim || !claimed || !manifest || !device) throw new AssentError("request_invalid");
      const fields = { claim, sealedRecord, manifest };
      if (!(await verifyAccount(claimed.rootKey, fields, signature)))
        throw new AssentError("request_invalid");
      const lookupHash = hex(claimed.lookupHash);
      // A number is one account's: a newer claim ends the one before.
      for (const former of this.#accounts.values())
        if (former.lookupHash === lookupHash) this.#end(former);
      const deviceId = deviceIdOf(device.signatureKey);
      const accountId = new Uint8Array(accountIdOf(claimed.rootKey));
      this.#accounts.set(hex(deviceId), {
        accountId,
        manifest,
        deviceId,
        signatureKey: device.signatureKey,
        lookupHash,
        tag: claimed.tag,
        sealedRecord,
        counter: 0n,
        keyPackages: [],
        lastResort: new Uint8Array(),
      });
      this.#mailboxes.open(deviceId);
      return { accountId };
    },
    deleteAccount: async ({ request }) => {
      const { account, fields } = await this.#asked("AccountService/DeleteAccount", request);
      const keyPackages = account.keyPackages.length;
      const envelopes = this.#end(account);
      return this.#cell.deletionOf(
        create(DeletionReceiptSchema, {
          cellId: this.#cell.id,
          deletedAtMs: BigInt(this.#now()),
          records: 1,
          tags: 1,
          devices: 1,
          keyPackages,
          envelopes,
          requestHash: requestHashOf(fields),
          accountId: account.accountId,
        }),
      );
    },
  };

  readonly #discovery: Answering<typeof DiscoveryService> = {
    evaluate: async ({ request }) => {
      const { body } = await this.#asked("DiscoveryService/Evaluate", request);
      const { blindedElements, voprfEpoch } = fromBinary(EvaluateRequestSchema, body);
      return { ...this.#cell.evaluated(blindedElements, voprfEpoch), budgetLeft: lookupsLeft };
    },
  };

  readonly #directory: Answering<typeof DirectoryService> = {
    getRecord: async ({ lookupKey }) => {
      const lookupHash = hex(lookupHashOf(lookupKey));
      const found = [...this.#accounts.values()].find(
        (account) => account.lookupHash === lookupHash,
      );
      return found ? { found: true, sealedRecord: found.sealedRecord } : { found: false };
    },
    takeKeyPackages: async ({ accountId }) => {
      const account = [...this.#accounts.values()].find((one) =>
        equalBytes(one.accountId, accountId),
      );
      if (!account) throw new AssentError("gone");
      const { deviceId, manifest } = account;
      const keyPackage = account.keyPackages.pop() ?? account.lastResort;
      const { capability: provisionalCapability } = this.#mailboxes.address(deviceId);
      return { manifest, devices: [{ deviceId, keyPackage, provisionalCapability }] };
    },
    addKeyPackages: async ({ request }) => {
      const { account, body } = await this.#asked("DirectoryService/AddKeyPackages", request);
      const { keyPackages, lastResort, replacesAll } = fromBinary(
        AddKeyPackagesRequestSchema,
        body,
      );
      account.keyPackages = [...(replacesAll ? [] : account.keyPackages), ...keyPackages];
      if (lastResort.length > 0) account.lastResort = lastResort;
      return { singleUseLeft: account.keyPackages.length };
    },
  };

  /** Whose request it is, and under a counter that it has not used. */
  async #asked(procedure: string, request: AuthenticatedRequest | undefined) {
    if (!request) throw new AssentError("request_invalid");
    const { deviceId, counter, body, signature } = request;
    const fields = await this.#signed(
      `/assent.v1.${procedure}`,
      deviceId,
      counter,
      body,
      signature,
    );
    const account = this.#accounts.get(hex(deviceId));
    if (!fields || !account) throw new AssentError("signed_out");
    if (counter <= account.counter) throw new AssentError("counter_behind");
    account.counter = counter;
    return { account, body, fields };
  }

  async #proved(
    nonce: Uint8Array,
    proof: {
      readonly deviceId: Uint8Array;
      readonly counter: bigint;
      readonly signature: Uint8Array;
    },
  ) {
    const { deviceId, counter, signature } = proof;
    const fields = await this.#signed(inboxProcedure, deviceId, counter, nonce, signature);
    const account = fields && this.#accounts.get(hex(deviceId));
    if (!account) return undefined;
    account.counter = counter;
    return { deviceId: account.deviceId, keyPackagesLeft: () => account.keyPackages.length };
  }

  async #signed(
    procedure: string,
    deviceId: Uint8Array,
    counter: bigint,
    body: Uint8Array,
    signature: Uint8Array,
  ): Promise<SignedRequestFields | undefined> {
    const account = this.#accounts.get(hex(deviceId));
    if (!account) return undefined;
    const { id: cellId } = this.#cell;
    const fields = { cellId, procedure, deviceId, counter, bodyHash: sha256(body) };
    return (await verifyRequest(account.signatureKey, fields, signature)) ? fields : undefined;
  }

  #end({ deviceId }: PretendedAccount): number {
    this.#accounts.delete(hex(deviceId));
    return this.#mailboxes.end(deviceId);
  }
}
