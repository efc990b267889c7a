// What a session at rest tells: to whoever has its secret all that follows from the number, to whoever has the store nothing,
// not even with the numbers to try and the cell's public keys.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { accountRequest, makePhone, proveNumber, startRegistration } from "@assent/bare-phone";
import {
  ClaimSchema,
  concat,
  type Evaluation,
  EvaluationSchema,
  Intent,
  keysOfEvaluatedNumber,
  lookupHashOf,
  type PhoneNumber,
  randomBytes,
  SignedSchema,
} from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { startTestServer } from "../server-for-tests.ts";
import { openContent, openProved, sealContent, sealProved } from "./session.ts";

const mobile = "+4915123456789" as PhoneNumber;
const candidates = ["+4915123456788", mobile, "+4915123456780"] as PhoneNumber[];

/** Every value of every table of a store that is closed, one after the other. */
function everythingIn(folder: string): Uint8Array {
  const database = new DatabaseSync(join(folder, "assent.db"), { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const values = tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM ${name}`)
      .all()
      .flatMap((row) => Object.values(row)),
  );
  database.close();
  return concat(
    ...values.map((value) =>
      value instanceof Uint8Array ? value : new TextEncoder().encode(String(value)),
    ),
  );
}

/** The candidate that an evaluation with its proof, anywhere in these bytes, is of. */
function numberToldBy(bytes: Uint8Array, publicKey: Uint8Array): PhoneNumber | undefined {
  for (let at = 0; at + 96 <= bytes.length; at += 1) {
    const evaluation = {
      evaluatedElement: bytes.slice(at, at + 32),
      proof: bytes.slice(at + 32, at + 96),
    };
    const told =
      mayBeOfAny(evaluation) && candidates.find((number) => isOf(number, publicKey, evaluation));
    if (told) return told;
  }
  return undefined;
}

/** As all are written: an even element below 2^255 - 19 (RFC 9496), and two scalars that are hardly above 2^252. */
function mayBeOfAny({ evaluatedElement, proof }: Pick<Evaluation, "evaluatedElement" | "proof">) {
  const isElement = evaluatedElement[0]! % 2 === 0 && evaluatedElement[31]! < 0x80;
  return isElement && proof[31]! <= 0x10 && proof[63]! <= 0x10;
}

function isOf(
  number: PhoneNumber,
  publicKey: Uint8Array,
  evaluation: Pick<Evaluation, "evaluatedElement" | "proof">,
): boolean {
  try {
    keysOfEvaluatedNumber(publicKey, number, evaluation);
    return true;
  } catch {
    return false;
  }
}

function holds(bytes: Uint8Array, needle: Uint8Array): boolean {
  return Buffer.from(bytes).includes(Buffer.from(needle));
}

test("a copy of the store tells no number that is being proved, or was", async (context) => {
  const server = await startTestServer(context);
  const phone = await makePhone(server, mobile);
  await startRegistration(phone);
  const { verified } = await proveNumber(server, phone);
  const { evaluatedElement, proof } = verified.evaluation!;
  const { publicKey } = phone.parameters.voprfKeys[0]!;
  const keys = keysOfEvaluatedNumber(publicKey, mobile, verified.evaluation!);
  const lookupHash = lookupHashOf(keys.lookupKey);
  await server.close();

  const stored = everythingIn(server.folder);
  assert.equal(numberToldBy(stored, publicKey), undefined);
  const told = concat(stored, evaluatedElement, proof, randomBytes(7));
  assert.equal(numberToldBy(told, publicKey), mobile, "the check sees one that can be read");
  for (const secret of [lookupHash, evaluatedElement, phone.root.publicKey, keys.lookupKey]) {
    assert.equal(holds(stored, secret), false);
  }

  // Positive control: an account that was made of it is there, under what follows from its number.
  const again = await server.restart();
  const back = { ...(await makePhone(again, mobile, phone.root)), device: phone.device };
  await back.account.createAccount(await accountRequest(back, verified));
  await again.close();
  assert.equal(holds(everythingIn(server.folder), lookupHash), true);
});

test("what is sealed under a session opens under it alone, and as what it is", async () => {
  const [secret, other] = [randomBytes(32), randomBytes(32)];
  const nonce = () => randomBytes(12);
  const draft = create(ClaimSchema, {
    intent: Intent.LEAVE,
    lookupHash: randomBytes(32),
    formerLookupHashes: [randomBytes(32)],
    tag: 0xffff_ffff,
  });
  const evaluation = create(EvaluationSchema, { voprfEpoch: 3, proof: randomBytes(64) });
  const prefixes = ["49", "49151"] as const;
  const content = { draft, evaluation, numberMac: randomBytes(32), prefixes };
  const sealed = sealContent(secret, nonce(), content);
  assert.deepEqual(openContent(secret, sealed), content);
  const proved = {
    claim: create(SignedSchema, { encoded: randomBytes(90), signature: randomBytes(64) }),
    certificate: create(SignedSchema, { encoded: randomBytes(80), signature: randomBytes(64) }),
    evaluation,
  };
  const sealedProved = sealProved(secret, nonce(), proved);
  assert.deepEqual(openProved(secret, sealedProved), proved);

  assert.throws(() => openContent(other, sealed));
  assert.throws(() => openContent(secret, sealedProved));
  assert.throws(() => openProved(secret, sealed));
  for (const at of [0, 40, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[at] = (changed[at] as number) ^ 1;
    assert.throws(() => openContent(secret, changed));
  }
  assert.throws(() => openContent(secret, sealed.subarray(1)));
});

test("a sealed session has one length, whatever the number", async () => {
  const tags = [0, 7, 0xffff_ffff];
  const intents = [Intent.REGISTER, Intent.LEAVE];
  const all = intents.flatMap((intent) => tags.map((tag) => ({ intent, tag })));
  const lengths = all.map(({ intent, tag }) => {
    const draft = create(ClaimSchema, {
      cellId: randomBytes(32),
      intent,
      lookupHash: randomBytes(32),
      bucketBits: tag,
      tag,
      rootKey: randomBytes(intent === Intent.REGISTER ? 32 : 0),
      voprfEpoch: 1,
      policyVersion: intent === Intent.REGISTER ? 3 : 0,
    });
    const evaluation = create(EvaluationSchema, {
      voprfEpoch: 1,
      evaluatedElement: randomBytes(32),
      proof: randomBytes(64),
    });
    const prefixes = ["49", "49151"] as const;
    const content = { draft, evaluation, numberMac: randomBytes(32), prefixes };
    return sealContent(randomBytes(32), randomBytes(12), content).length;
  });
  assert.equal(new Set(lengths).size, 1);
});
