// The way out: one person's envelopes in a chain, everybody's at once, and what each answer means for the text in it.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, type ErrorCode, limits, type PhoneNumber } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { phoneOn, serviceOf } from "../../account/cell-for-tests.ts";
import type { Discovery } from "../../discovery/discovery.ts";
import type { OutgoingPut, PutAnswer } from "../../egress/outbox.ts";
import type { Encryption } from "../../encryption/encryption.ts";
import {
  DeliveryState,
  NumberRecordSchema,
  type Person,
  put,
  Standing,
  TextState,
} from "../../store/records.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  conversing,
  day,
  encryptedInClear,
  knowing,
  outboxOf,
  personOf,
  sealedText,
  startedForTests,
} from "../conversing-for-tests.ts";
import { arrivedDelivery, awaitedDeliveries, settleText } from "../history/deliveries.ts";
import { hasAddress } from "../people/peer-devices.ts";
import { personKey } from "../people/person.ts";
import { Posting, type PostingParts } from "./posting.ts";
import { Sealing } from "./sealing.ts";
import { Starting } from "./starting.ts";

const ticket = new Uint8Array(16).fill(5);
const stored: PutAnswer = { ticket };

let on: ConversingForTests;
let anna: Person;
let ben: Person;
let sending: Posting;

function postingOf(parts: PostingParts): Posting {
  const sealing = new Sealing(parts);
  return new Posting(parts, sealing, new Starting(parts, sealing));
}

beforeEach(async () => {
  on = await conversing();
  anna = personOf(on.friend);
  ben = personOf(await phoneOn(on.cell, "+447400777777" as PhoneNumber));
  await knowing(on.records, anna);
  await knowing(on.records, ben);
  sending = postingOf(on.parts);
});

const marksOf = (puts: readonly OutgoingPut[]) => puts.map(({ body }) => body[0] as number);

/** Flushes, answering each round of puts by their marks; returns the rounds. */
async function flush(...answers: Readonly<Record<number, PutAnswer>>[]) {
  const rounds: OutgoingPut[][] = [];
  const outbox = outboxOf({
    put: async (puts) => {
      rounds.push([...puts]);
      const answer = answers[rounds.length - 1] ?? {};
      return marksOf(puts).map((mark) => answer[mark] ?? stored);
    },
  });
  const error = await sending.flush(on.self, outbox.open);
  return { rounds, error };
}

async function stateOf(key: string) {
  const text = await on.records.get("messages", key);
  return [text?.state, text?.error ?? ""];
}

const refusedBy = (code: ErrorCode): PutAnswer => new AssentError(code);

describe("a text to two devices", () => {
  let key: string;

  beforeEach(async () => {
    key = await sealedText(on.records, anna, 1);
    await sealedText(on.records, anna, 2, { alsoOf: key });
  });

  test("is sent when both envelopes are, and each is asked about", async () => {
    await flush({ 2: refusedBy("mailbox_full") });
    assert.deepEqual(await stateOf(key), [TextState.QUEUED, "mailbox_full"]);
    assert.equal((await on.records.keys("awaited")).length, 1);
    await flush();
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    assert.equal((await on.records.keys("awaited")).length, 2);
  });

  test("of which one refuses for good is sent, and not delivered where both do", async () => {
    const refused = refusedBy("request_invalid");
    await flush({ 1: refused });
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    const other = await sealedText(on.records, anna, 3);
    await sealedText(on.records, anna, 4, { alsoOf: other });
    await flush({ 3: refused, 4: refused });
    assert.deepEqual(await stateOf(other), [TextState.NOT_DELIVERED, "request_invalid"]);
  });

  test("of which the second refuses for good is sent too", async () => {
    await flush({ 2: refusedBy("request_invalid") });
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
  });
});

test("all go at once: each person's name the one before, receipts are quiet", async () => {
  await sealedText(on.records, anna, 1);
  await sealedText(on.records, ben, 2);
  await sealedText(on.records, anna, 3, { isReceipt: true });
  await sealedText(on.records, anna, 4);
  await sealedText(on.records, ben, 5);
  const { rounds, error } = await flush();
  assert.equal(error, undefined);
  assert.deepEqual(
    rounds.map((puts) => puts.map(({ body, after, quiet }) => [body[0], after, quiet])),
    [
      [
        [1, undefined, false],
        [2, undefined, false],
        [3, 0, true],
        [4, 2, false],
        [5, 1, false],
      ],
    ],
  );
});

test("as many are on their way as one frame may hold, and as many bytes", async () => {
  const large = limits.envelopeBytes;
  for (let mark = 1; mark <= 6; mark += 1)
    await sealedText(on.records, anna, mark, { bytes: large });
  assert.deepEqual(
    (await flush()).rounds.map((puts) => puts.map(({ body, after }) => [body[0], after])),
    [
      [
        [1, undefined],
        [2, 0],
        [3, 1],
        [4, 2],
      ],
      [
        [5, undefined],
        [6, 0],
      ],
    ],
  );
});

test("a thousand leave in four rounds, each in one commit with what was answered, and in order", async () => {
  for (let index = 0; index < 1_000; index += 1) await sealedText(on.records, anna, index % 250);
  const before = on.phone.store.commits.length;
  const { rounds } = await flush();
  assert.deepEqual(
    rounds.map((puts) => puts.length),
    [256, 256, 256, 232],
  );
  for (const puts of rounds)
    assert.ok(puts.every(({ after }, index) => after === (index === 0 ? undefined : index - 1)));
  assert.deepEqual(
    rounds.flatMap((puts) => puts.map(({ body }) => body[0])),
    Array.from({ length: 1_000 }, (_, index) => index % 250),
  );
  // Before each round: what was sealed when the program began may have gone out then.
  assert.equal(on.phone.store.commits.length - before, 4 + 4);
});

describe("an answer", () => {
  test("of stored keeps the ticket, and sets when this person's are asked about", async () => {
    const key = await sealedText(on.records, anna, 1);
    await flush();
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    const [held] = await awaitedDeliveries(on.records);
    assert.deepEqual(held?.record.ticket, ticket);
    assert.deepEqual(held?.record.secret, new Uint8Array(32).fill(1));
    assert.deepEqual(held?.record.capability, new Uint8Array(80).fill(2));
    const known = await on.records.get("people", personKey(accountIdOfPerson(anna)));
    assert.equal(Number(known?.askAtMs), on.clock.nowMs + day / 2);
  });

  test("of after_refused leaves the text where it is, behind the one that was refused", async () => {
    const full = await sealedText(on.records, anna, 1);
    const behind = await sealedText(on.records, anna, 2);
    const last = await sealedText(on.records, anna, 3);
    const other = await sealedText(on.records, ben, 4);
    const { rounds, error } = await flush({
      1: refusedBy("mailbox_full"),
      2: refusedBy("after_refused"),
      3: refusedBy("after_refused"),
    });
    assert.equal(rounds.length, 1);
    assert.equal(error?.code, "mailbox_full");
    for (const key of [full, behind, last])
      assert.deepEqual(await stateOf(key), [TextState.QUEUED, "mailbox_full"]);
    assert.deepEqual(await stateOf(other), [TextState.SENT, ""]);
    const again = await flush();
    assert.deepEqual(again.rounds.map(marksOf), [[1, 2, 3]]);
    assert.deepEqual(await stateOf(last), [TextState.SENT, ""]);
  });

  test("of after_refused behind one that will never go is tried again at once", async () => {
    await flush();
    const never = await sealedText(on.records, anna, 1);
    const behind = await sealedText(on.records, anna, 2);
    const { rounds } = await flush({
      1: refusedBy("request_too_large"),
      2: refusedBy("after_refused"),
    });
    assert.deepEqual(rounds.map(marksOf), [[1, 2], [2]]);
    assert.deepEqual(await stateOf(never), [TextState.NOT_DELIVERED, "request_too_large"]);
    assert.deepEqual(await stateOf(behind), [TextState.SENT, ""]);
  });

  test("of after_refused for no reason stops that person, and not the phone", async () => {
    const first = await sealedText(on.records, anna, 1);
    const other = await sealedText(on.records, ben, 2);
    const { rounds, error } = await flush({ 1: refusedBy("after_refused") });
    assert.equal(rounds.length, 1);
    assert.equal(error?.code, "after_refused");
    assert.deepEqual(await stateOf(first), [TextState.QUEUED, ""]);
    assert.deepEqual(await stateOf(other), [TextState.SENT, ""]);
  });

  for (const code of ["internal", "mailbox_unknown", "rate_limited", "not_offered"] as const) {
    const isForLater = code !== "not_offered";
    test(`of ${code} ends no conversation, and stops nobody else`, async () => {
      await flush();
      const first = await sealedText(on.records, anna, 1);
      const other = await sealedText(on.records, ben, 2);
      const { error } = await flush({ 1: refusedBy(code) });
      assert.equal(error?.code, isForLater ? code : undefined);
      assert.deepEqual(
        await stateOf(first),
        isForLater ? [TextState.QUEUED, ""] : [TextState.NOT_DELIVERED, code],
      );
      assert.deepEqual(await stateOf(other), [TextState.SENT, ""]);
    });
  }

  test("of not_offered to what may have gone out before leaves it not known, or as their word has it", async () => {
    // Sealed when the program began.
    const before = await sealedText(on.records, anna, 1);
    await flush({ 1: refusedBy("not_offered") });
    assert.deepEqual(await stateOf(before), [TextState.NOT_KNOWN, ""]);
    const shown = await sealedText(on.records, ben, 2);
    await on.records.step(async (step) => {
      const [envelope] = (await step.list("outgoing")).map(({ record }) => record);
      assert.ok(envelope);
      step.add(await arrivedDelivery(step, shown, envelope, DeliveryState.READ));
      await settleText(step, shown);
    });
    await flush({ 2: refusedBy("not_offered") });
    assert.deepEqual(await stateOf(shown), [TextState.READ, ""]);
  });

  test("of gone, and only that, means that they left", async () => {
    on.parts.discovery.find = async () => ({ route: "sms" });
    const first = await sealedText(on.records, anna, 1);
    const second = await sealedText(on.records, anna, 2);
    await flush({ 1: "gone", 2: refusedBy("after_refused") });
    assert.deepEqual(await stateOf(first), [TextState.NOT_DELIVERED, "gone"]);
    assert.deepEqual(await stateOf(second), [TextState.NOT_DELIVERED, "gone"]);
  });

  test("of gone keeps what the look-up found: whoever had the number before is not its owner again", async () => {
    await sealedText(on.records, anna, 1);
    const key = personKey(accountIdOfPerson(anna));
    on.parts.discovery.find = async () => {
      await on.records.update("people", key, (person) => ({
        ...(person as Person),
        standing: Standing.FORMER,
      }));
      return { route: "sms" };
    };
    await flush({ 1: "gone" });
    const person = await on.records.get("people", key);
    assert.equal(person?.standing, Standing.FORMER);
    assert.deepEqual(person.devices.map(hasAddress), [false]);
  });

  test("of address_expired leads to a lookup and a new start at once, and no further", async () => {
    const key = await sealedText(on.records, anna, 1);
    const { accountId, deviceId } = on.friendSelf.device;
    const versions = { lowestManifestVersion: 1, vouchedManifestVersion: 1 };
    const found = { route: "private" as const, accountId, rootKey: anna.rootKey, ...versions };
    const keyPackage = new Uint8Array(8);
    const provisionalCapability = new Uint8Array(80).fill(9);
    let lookups = 0;
    const parts: PostingParts = {
      ...on.parts,
      encryption: {
        startGroup: startedForTests,
        encrypt: encryptedInClear,
      } as Partial<Encryption> as Encryption,
      service: serviceOf({
        directory: {
          takeKeyPackages: async () => ({
            manifest: on.friendSelf.manifest,
            devices: [{ deviceId, keyPackage, provisionalCapability }],
          }),
        },
      }),
      discovery: {
        findRecently: async () => {
          lookups += 1;
          return found;
        },
      } as Partial<Discovery> as Discovery,
    };
    await on.records.commit([put("numbers", anna.number, create(NumberRecordSchema))]);
    sending = postingOf(parts);
    const isNew = ({ capability }: OutgoingPut) => capability[0] === 9;
    const answering = (answer: (put: OutgoingPut) => PutAnswer) => {
      const rounds: boolean[][] = [];
      const outbox = outboxOf({
        put: async (puts) => {
          rounds.push(puts.map(isNew));
          return puts.map(answer);
        },
      });
      return { rounds, flush: () => sending.flush(on.self, outbox.open) };
    };
    const forEver = answering(() => refusedBy("address_expired"));
    assert.equal((await forEver.flush())?.code, "address_expired");
    assert.deepEqual(forEver.rounds, [[false], [true]]);
    assert.equal(lookups, 1);
    assert.deepEqual(await stateOf(key), [TextState.QUEUED, ""]);
    const once = answering((put) => (isNew(put) ? stored : refusedBy("address_expired")));
    assert.equal(await once.flush(), undefined);
    assert.deepEqual(await stateOf(key), [TextState.SENT, ""]);
    // The service gives nothing back of what went through an address that it gave out itself.
    assert.equal((await on.records.get("messages", key))?.staysPrivate, true);
  });

  test("of address_expired leaves the receipts that were in it owed", async () => {
    await sealedText(on.records, anna, 1, { isReceipt: true });
    const [envelope] = await on.records.list("outgoing");
    assert.ok(envelope);
    const [came, read] = ["ab".repeat(32), "cd".repeat(32)];
    const record = { ...envelope.record, receipts: [came, `r${read}`] };
    await on.records.commit([put("outgoing", envelope.key, record)]);
    await flush({ 1: refusedBy("address_expired") });
    assert.deepEqual(await on.records.list("outgoing"), []);
    const key = personKey(accountIdOfPerson(anna));
    const owed = await on.records.pointers("receipts");
    assert.deepEqual(
      owed.map(({ key, text }) => [key, text]),
      [
        [`${key}/${came}`, came],
        [`${key}/r${read}`, read],
      ],
    );
  });

  test("is not had for what its owner says no to any more: it is dropped, and the rest goes", async () => {
    await sealedText(on.records, anna, 1, { isReceipt: true });
    await sealedText(on.records, anna, 2);
    const [envelope] = await on.records.list("outgoing");
    assert.ok(envelope);
    const record = { ...envelope.record, purpose: "receipts" };
    await on.records.commit([put("outgoing", envelope.key, record)]);
    const asked: string[] = [];
    const consentTo = (purpose: string) => {
      asked.push(purpose);
      return purpose === "service" ? "yes" : "no";
    };
    sending = postingOf({ ...on.parts, consentTo });
    const { rounds, error } = await flush();
    assert.deepEqual([rounds.map(marksOf), error], [[[2]], undefined]);
    assert.deepEqual(asked, ["receipts", "service"]);
    assert.deepEqual(await on.records.list("outgoing"), []);
  });

  test("that was lost stops all, and what was stored before it is not put again", async () => {
    const first = await sealedText(on.records, anna, 1);
    const second = await sealedText(on.records, ben, 2);
    const third = await sealedText(on.records, ben, 3);
    const { error, rounds } = await flush({ 2: refusedBy("unreachable"), 1: stored, 3: stored });
    assert.equal(error?.code, "unreachable");
    assert.equal(rounds.length, 1);
    const states = await Promise.all([first, second, third].map(stateOf));
    assert.deepEqual(
      states.map(([state]) => state),
      [TextState.SENT, TextState.QUEUED, TextState.SENT],
    );
    assert.deepEqual((await flush()).rounds.map(marksOf), [[2]]);
  });
});
