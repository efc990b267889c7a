// From yes to on: what is asked of the service, what of its answers is believed, and where a stopped phone goes on.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import {
  AssentError,
  type Claim,
  ClaimSchema,
  type CreateAccountRequest,
  equalBytes,
  Intent,
  isWorkDone,
  limits,
  numberSealData,
  openConsent,
  openManifest,
  openRecord,
  openSeal,
  randomBytes,
  type StartRegistrationRequest,
  sealedNumberPlaintextLength,
  signClaim,
  textFromUtf8,
  verifyAccount,
  workSubject,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { systemTimers } from "../clock/timers.ts";
import type { Egress } from "../egress/egress.ts";
import type { Service } from "../egress/service.ts";
import { Phase } from "../store/records.ts";
import {
  CellForTests,
  cellUrl,
  keyPackagesOnly,
  newPhone,
  nothingGivenUp,
  ownNumber,
  type PhoneForTests,
  serviceOf,
} from "./cell-for-tests.ts";
import { Cells } from "./cells.ts";
import { rootKeysOf } from "./self.ts";
import { SignedRequests } from "./signed-requests.ts";
import { statusOf } from "./status.ts";
import { askForCode, type TurningOn, verifyCode } from "./turn-on.ts";

const session = new Uint8Array(32).fill(8);

let cell: CellForTests;
let phone: PhoneForTests;
let on: TurningOn;
let started: StartRegistrationRequest[];
let created: CreateAccountRequest[];
let answered: { codeExpiresInSeconds: number; resendAfterSeconds: number };
/** What VerifyCode is answered. */
let claim: () => ReturnType<CellForTests["claimOf"]>;

const refused = (code: string) => (error: unknown) =>
  error instanceof AssentError && error.code === code;

const rootKey = () => {
  const { identity } = phone.state.current;
  assert.ok(identity);
  return rootKeysOf(identity).publicKey;
};

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await newPhone();
  [started, created] = [[], []];
  answered = { codeExpiresInSeconds: 600, resendAfterSeconds: 60 };
  claim = () => cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
  const service = serviceOf({
    cell: { getParameters: () => cell.parameters() },
    registration: {
      startRegistration: async (request: StartRegistrationRequest) => {
        started.push(request);
        if (request.sealingEpoch !== cell.sealing.length) throw new AssentError("key_outdated");
        return { session, ...answered };
      },
      verifyCode: () => claim(),
    },
    account: {
      createAccount: async (request: CreateAccountRequest) => {
        created.push(request);
      },
    },
    directory: { addKeyPackages: async () => ({ singleUseLeft: 20 }) },
  });
  const now = () => 1_800_000_000_000;
  on = {
    state: phone.state,
    records: phone.records,
    givingUp: nothingGivenUp,
    encryption: keyPackagesOnly,
    service,
    now,
    cells: new Cells(phone.state, service, () => 1),
    timers: systemTimers,
    signedRequests: new SignedRequests(phone.state, {} as Egress, now, async () => []),
  };
});

async function openNumber({ sealedNumber, consent }: StartRegistrationRequest, epoch: number) {
  const bound = {
    cellId: cell.id,
    intent: Intent.REGISTER,
    consent: consent?.encoded ?? new Uint8Array(),
  };
  const pair = cell.sealing[epoch - 1]?.pair;
  const data = numberSealData(bound);
  return pair && openSeal(pair.privateKey, "number", sealedNumber, data);
}

test("the number goes out sealed, bound to intent and consent; the account is made of what is believed", async () => {
  await askForCode(on, ownNumber, cellUrl, ["service"]);
  const [request] = started;
  assert.ok(request?.consent);
  assert.deepEqual([request.contract, request.intent], [1, Intent.REGISTER]);
  const opened = await openNumber(request, 1);
  assert.equal(opened?.length, sealedNumberPlaintextLength);
  assert.ok(textFromUtf8(opened).startsWith(`${ownNumber}\0`));
  const consent = await openConsent(request.consent);
  assert.ok(consent && equalBytes(consent.cellId, cell.id));
  assert.deepEqual(consent.purposes, ["service"]);

  await verifyCode(on, "123456");
  const [account] = created;
  assert.ok(account?.claim && account.manifest);
  const { claim, manifest, sealedRecord, signature } = account;
  assert.ok(await verifyAccount(rootKey(), { claim, manifest, sealedRecord }, signature));
  const record = await openRecord(cell.keysOf(ownNumber).recordKey, sealedRecord);
  assert.ok(record && equalBytes(record.rootKey, rootKey()) && equalBytes(record.cellId, cell.id));
  assert.deepEqual([record.sequence, record.lowestManifestVersion], [1n, 1]);
  assert.deepEqual((await openManifest(manifest))?.features, []);
  assert.equal(phone.state.current.phase, Phase.ON);
  assert.equal(phone.state.current.identity?.recordSequence, 1n);
});

test("another code can be asked for within an hour, whatever the service says or the clock was", async () => {
  const asked = async (codeExpiresInSeconds: number, resendAfterSeconds: number) => {
    answered = { codeExpiresInSeconds, resendAfterSeconds };
    const turned = await askForCode(on, ownNumber, cellUrl, ["service"]);
    assert.ok(turned.kind === "code-sent");
    const { code } = statusOf(phone.state.current, undefined, 0, on.now());
    assert.deepEqual(code, {
      expiresAt: new Date(on.now() + turned.codeExpiresInSeconds * 1_000),
      resendAt: new Date(on.now() + turned.resendAfterSeconds * 1_000),
    });
    return [turned.codeExpiresInSeconds, turned.resendAfterSeconds];
  };
  assert.deepEqual(await asked(600, 3_600), [600, 3_600]);
  assert.deepEqual(await asked(2 ** 32 - 1, 2 ** 32 - 1), [600, 3_600]);
  const earlier = on.now() - 365 * 86_400_000;
  const { code } = statusOf(phone.state.current, undefined, 0, earlier);
  assert.deepEqual(code?.resendAt, new Date(earlier));
});

test("a key that changed since is fetched, and the number sealed again to it", async () => {
  const { parameters } = cell;
  const before = await cell.parameters();
  let times = 0;
  cell.parameters = () => {
    times += 1;
    return times === 1 ? Promise.resolve(before) : parameters.call(cell);
  };
  await cell.rotate();
  await askForCode(on, ownNumber, cellUrl, ["service"]);
  assert.deepEqual(
    started.map(({ sealingEpoch }) => sealingEpoch),
    [1, 2],
  );
  assert.ok(await openNumber(started[1] as StartRegistrationRequest, 2));
});

describe("a claim is not believed that is", () => {
  beforeEach(() => askForCode(on, ownNumber, cellUrl, ["service"]));

  /** Signed by the cell, and proved, of the own number but for one field. */
  async function claimBut(changed: (claim: Claim) => Partial<Claim>) {
    const claimed = await cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
    const { claim: signed } = claimed;
    const honest = fromBinary(ClaimSchema, signed.encoded);
    const lie = { ...honest, ...changed(honest) };
    return { ...claimed, claim: await signClaim(cell.claimsKey.privateKey, lie) };
  }

  const lies: Readonly<Record<string, () => ReturnType<CellForTests["claimOf"]>>> = {
    "of another intent": () => cell.claimOf(ownNumber, rootKey(), Intent.LEAVE),
    "of another account": () => cell.claimOf(ownNumber, randomBytes(32), Intent.REGISTER),
    "of another cell": async () =>
      (await CellForTests.make()).claimOf(ownNumber, rootKey(), Intent.REGISTER),
    "of an older certificate": async () => {
      cell.certificateNumber = 2;
      await on.cells.refresh();
      cell.certificateNumber = 1;
      const older = await cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
      cell.certificateNumber = 2;
      return older;
    },
    "of another number": () =>
      cell.claimOf("+447400999999" as typeof ownNumber, rootKey(), Intent.REGISTER),
    "under the hash of another number": () => claimBut(() => ({ lookupHash: randomBytes(32) })),
    "in the bucket of another number": () =>
      claimBut(({ bucketBits }) => ({ bucketBits: (bucketBits ^ 1) >>> 0 })),
    "by the tag of another number": () => claimBut(({ tag }) => ({ tag: (tag ^ 1) >>> 0 })),
    "not of the epoch that its evaluation is of": async () => {
      const { evaluation, ...rest } = await cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
      return { ...rest, evaluation: { ...evaluation, voprfEpoch: 2 } };
    },
    "proved by another key": async () => {
      await cell.rotate();
      const claimed = await cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
      const { proof } = cell.evaluationOf(ownNumber, 1);
      return { ...claimed, evaluation: { ...claimed.evaluation, proof } };
    },
  };
  for (const [which, lie] of Object.entries(lies)) {
    test(which, async () => {
      claim = lie;
      await assert.rejects(verifyCode(on, "123456"), refused("service_untrusted"));
      assert.equal(created.length, 0);
      claim = () => cell.claimOf(ownNumber, rootKey(), Intent.REGISTER);
      await verifyCode(on, "123456");
      assert.equal(created.length, 1);
    });
  }
});

test("a phone that stopped before the account was made goes on with the same request", async () => {
  await askForCode(on, ownNumber, cellUrl, ["service"]);
  const lost = {
    ...on,
    service: (url: string) => ({
      ...on.service(url),
      account: {
        createAccount: async (request: CreateAccountRequest) => {
          created.push(request);
          throw new AssentError("unreachable");
        },
      },
    }),
  } as unknown as TurningOn;
  await assert.rejects(verifyCode(lost, "123456"), refused("unreachable"));
  claim = () => Promise.reject(new AssentError("code_expired"));
  await verifyCode(on, "");
  assert.equal(created.length, 2);
  assert.deepEqual(created[1]?.signature, created[0]?.signature);
});

describe("a service that asks for work first", () => {
  /** Asks so often, then takes what was done; each time for these bits. */
  function asking(bits: number, times = 1) {
    const challenge = randomBytes(41);
    const taking = on.service;
    on = {
      ...on,
      service: (url) => ({
        ...taking(url),
        registration: {
          ...taking(url).registration,
          startRegistration: async (request: StartRegistrationRequest) => {
            started.push(request);
            if (started.length <= times)
              throw new AssentError("work_required", { work: { challenge, bits } });
            return { session, codeExpiresInSeconds: 600, resendAfterSeconds: 60 };
          },
        } as unknown as Service["registration"],
      }),
    };
    return challenge;
  }

  test("gets it, for the number as it is sealed then, and its owner hears how far it is", async () => {
    const challenge = asking(8);
    const told: number[] = [];
    const working = (done: number) => told.push(done);
    await askForCode(on, ownNumber, cellUrl, ["service"], { working });
    const [first, second] = started;
    assert.equal(first?.work, undefined);
    assert.ok(second?.work && !equalBytes(first?.sealedNumber as Uint8Array, second.sealedNumber));
    assert.deepEqual(second.work.challenge, challenge);
    const subject = workSubject(challenge, second.sealedNumber);
    assert.ok(isWorkDone(subject, 8, second.work.numbers));
    assert.deepEqual([told[0], told.at(-1)], [0, 1]);
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
  });

  test("and nobody hears of work where none is asked for", async () => {
    const told: number[] = [];
    await askForCode(on, ownNumber, cellUrl, ["service"], { working: (done) => told.push(done) });
    assert.deepEqual([started.length, told], [1, []]);
  });

  test("gets it twice at most", async () => {
    asking(4, 9);
    const asked = askForCode(on, ownNumber, cellUrl, ["service"]);
    await assert.rejects(asked, refused("work_required"));
    assert.equal(started.length, 3);
  });

  test("is not believed where it asks for more than the contract lets it", async () => {
    asking(limits.workBits + 1);
    const asked = askForCode(on, ownNumber, cellUrl, ["service"]);
    await assert.rejects(asked, refused("service_untrusted"));
    assert.equal(started.length, 1);
  });

  test("gets nothing once its owner does not wait any more", async () => {
    asking(limits.workBits);
    const ended = new AbortController();
    const asked = askForCode(on, ownNumber, cellUrl, ["service"], {
      signal: ended.signal,
      working: () => ended.abort(),
    });
    await assert.rejects(asked, refused("consent_required"));
    assert.equal(started.length, 1);
  });
});
