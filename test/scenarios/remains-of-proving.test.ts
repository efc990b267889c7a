// While a number is being proved, and right after: nothing in the service's folder tells which number it is, not to
// somebody who tries out numbers under the service's public key. The secrets of sessions are nowhere, keys in their own
// files alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openNodeStore } from "@assent/client/node";
import {
  EvaluationSchema,
  elementLength,
  keysOfEvaluatedNumber,
  ParametersSchema,
  type PhoneNumber,
  parseNumber,
  proofLength,
  SignedSchema,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { type ProfileState, ProfileStateSchema } from "../../packages/client/src/store/records.ts";
import { filesBelow, formsOf, search } from "../forms.ts";
import { newPhones, type TestPhone, TestServer } from "../network.ts";
import { type StoredValue, storedValues } from "./stored-values.ts";

const german = parseNumber("+4915123456789");
// Between an element and its proof, whatever they are encoded in.
const mostBetween = 8;

async function stateOf(phone: TestPhone): Promise<ProfileState> {
  const store = await openNodeStore(phone.folder);
  const bytes = await store.get("profile", "state");
  await store.close();
  return fromBinary(ProfileStateSchema, bytes ?? new Uint8Array());
}

function voprfKeyOf(state: ProfileState): Uint8Array {
  const signed = fromBinary(SignedSchema, state.cell?.parametersEncoded ?? new Uint8Array());
  const [key] = fromBinary(ParametersSchema, signed.encoded).voprfKeys;
  assert.ok(key);
  return key.publicKey;
}

/** As every element is written: below 2^255 - 19, and even (RFC 9496, section 4.3.1). */
function mayBeElement(bytes: Buffer): boolean {
  return bytes.readUInt8(0) % 2 === 0 && bytes.readUInt8(elementLength - 1) < 0x80;
}

/** As every proof is written: two scalars below the group's order, which is a little above 2^252. */
function mayBeProof(bytes: Buffer): boolean {
  return [proofLength / 2 - 1, proofLength - 1].every((at) => bytes.readUInt8(at) <= 0x10);
}

/** Whether anything in these bytes is an evaluation of this number: what anyone can try who has the public key. */
function tellsNumber(bytes: Buffer, publicKey: Uint8Array, number: PhoneNumber): boolean {
  for (let start = 0; start + elementLength + proofLength <= bytes.length; start += 1) {
    const evaluatedElement = bytes.subarray(start, start + elementLength);
    if (!mayBeElement(evaluatedElement)) continue;
    for (let between = 0; between <= mostBetween; between += 1) {
      const proof = bytes.subarray(start + elementLength + between).subarray(0, proofLength);
      if (proof.length < proofLength) break;
      if (!mayBeProof(proof)) continue;
      try {
        keysOfEvaluatedNumber(publicKey, number, { evaluatedElement, proof });
        return true;
      } catch {
        // Not here.
      }
    }
  }
  return false;
}

/** What is written in a value, also where that is text that stands for bytes. */
function readings({ bytes }: StoredValue): Buffer[] {
  const encoded = bytes.toString("latin1").match(/[\w+/-]{40,}={0,2}/g) ?? [];
  return [
    bytes,
    ...encoded.flatMap((text) => [Buffer.from(text, "base64"), Buffer.from(text, "hex")]),
  ];
}

test("what is kept of a number being proved tells it to nobody who has the public key", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.ok(["on", german, "--server", server.origin, "--yes"]);
  const publicKey = voprfKeyOf(await stateOf(anna));
  const tells = (value: StoredValue) =>
    readings(value).some((bytes) => tellsNumber(bytes, publicKey, german));
  const ofSession = async () => {
    const stored = await storedValues(server.folder);
    return stored.filter(({ column }) => column.startsWith("registration_session."));
  };
  const proving = await ofSession();
  assert.ok(proving.length > 0);
  assert.deepEqual(proving.filter(tells), []);

  await anna.ok(["verify", await server.codeFor(german)]);
  const proved = await ofSession();
  assert.ok(proved.some(({ column }) => column === "registration_session.sealed_claim"));
  assert.deepEqual(proved.filter(tells), []);
  const stored = await storedValues(server.folder);
  assert.deepEqual(
    stored.filter(({ column }) => column !== "key_package.key_package").filter(tells),
    [],
  );

  // The positive control: the number's evaluation, as its owner has it, in a row, and in base64 in one.
  const evaluation = Buffer.from((await stateOf(anna)).identity?.evaluationEncoded ?? []);
  assert.equal(fromBinary(EvaluationSchema, evaluation).proof.length, proofLength);
  const row = Buffer.concat([proving[0]?.bytes ?? Buffer.alloc(0), evaluation]);
  assert.ok(tells({ column: "planted", bytes: row }));
  const text = JSON.stringify({ evaluation: evaluation.toString("base64") });
  assert.ok(tells({ column: "planted", bytes: Buffer.from(text) }));
});

test("secrets of sessions are nowhere at the service, and keys in their own files alone", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.ok(["on", german, "--server", server.origin, "--yes"]);
  const session = (await stateOf(anna)).verification?.session;
  assert.equal(session?.length, 32);
  const code = await server.codeFor(german);
  const secrets = formsOf("session", Buffer.from(session));
  const everywhere = async () =>
    new Map([...(await filesBelow(server.folder)), ["log", Buffer.from(server.log)]]);
  assert.deepEqual(search(await everywhere(), secrets), []);
  await anna.ok(["verify", code]);
  await anna.ok(["check", "+33612345678"]);
  await anna.ok(["off", "--yes"]);
  await server.stop();
  assert.deepEqual(search(await everywhere(), secrets), []);

  const files = await everywhere();
  const roles = [...files.keys()].filter((path) => path.endsWith(".key"));
  assert.ok(roles.length >= 10);
  for (const path of roles) {
    const keys = await secretsIn(join(server.folder, path));
    assert.ok(keys.length > 0, path);
    const forms = keys.flatMap((key) => formsOf("key", key));
    const found = search(files, forms).filter((where) => !where.endsWith(` in ${path}`));
    assert.deepEqual(found, [], path);
    // The positive control: in its own file it is found.
    assert.notDeepEqual(search(new Map([[path, files.get(path) ?? Buffer.alloc(0)]]), forms), []);
  }
});

/** The keys of a role's file: all of it that nobody else may know. */
async function secretsIn(path: string): Promise<Buffer[]> {
  const text = await readFile(path, "utf8");
  const found = text.matchAll(/"(?:key|privateKey)": "([^"]+)"/g);
  return [...found].map(([, base64 = ""]) => Buffer.from(base64, "base64"));
}
