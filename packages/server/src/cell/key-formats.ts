// What stands in each file of the keys folder: one role's keys, the role's name and the cell they are of, so that no file
// can stand in the place of another. Reading trusts nothing: a pair that does not fit itself is no key.
import { createECDH } from "node:crypto";
import {
  type CellId,
  cellIdOf,
  elementLength,
  equalBytes,
  evaluateBatch,
  finalizeBatch,
  hex,
  openSeal,
  type SealingKeyPair,
  type SigningKeyPair,
  seal,
  sealingPublicKeyLength,
  signatureLength,
  signingKeyLength,
  signingKeyPair,
  unblindedInput,
  utf8,
  type VoprfKeyPair,
} from "@assent/protocol";
import type { EpochKey, Epochs, KeptCertificate, OnlineKeys } from "./keys.ts";
import type { PushKeyPair } from "./roles.ts";

/** How one role's file is read and written. */
export interface KeyFormat<Kept> {
  readonly role: string;
  /** Its name in the keys folder. */
  readonly file: string;
  toJson(kept: Kept): object;
  /** @throws TypeError where it is not what this role keeps */
  fromJson(json: Fields): Promise<Kept>;
}

export type Fields = Readonly<Record<string, unknown>>;

export const keyFormats = {
  root: formatOf<SigningKeyPair>("root", pairToJson, (json) => {
    const pair = signingFromJson(json);
    if (json["cell"] !== hex(cellIdOf(pair.publicKey))) throw doesNotFit();
    return pair;
  }),
  certificate: {
    ...formatOf<KeptCertificate>(
      "certificate",
      ({ encoded, signature }) => ({ encoded: base64(encoded), signature: base64(signature) }),
      ({ encoded, signature }) => ({
        encoded: bytesOf(encoded),
        signature: bytesOf(signature, signatureLength),
      }),
    ),
    file: "certificate",
  },
  parameters: onlineFormat("parameters"),
  claims: onlineFormat("claims"),
  receipts: onlineFormat("receipts"),
  sealing: epochsFormat<SealingKeyPair>("sealing", pairToJson, sealingFromJson),
  voprf: epochsFormat<VoprfKeyPair>("voprf", pairToJson, voprfFromJson),
  capability: epochsFormat<Uint8Array>("capability", secretToJson, secretFromJson),
  push: epochsFormat<PushKeyPair>("push", pairToJson, pushFromJson),
  tickets: formatOf<Uint8Array>("tickets", secretToJson, secretFromJson),
  registration: formatOf<Uint8Array>("registration", secretToJson, secretFromJson),
  counting: formatOf<Uint8Array>("counting", secretToJson, secretFromJson),
} as const;

const format = 1;

/** A whole file: what the role keeps, under its name and the cell's. */
export function fileToJson<Kept>(of: KeyFormat<Kept>, cellId: CellId, kept: Kept): object {
  return { format, role: of.role, cell: hex(cellId), ...of.toJson(kept) };
}

export type FileContent<Kept> =
  | { readonly kind: "kept"; readonly cell: string; readonly kept: Kept }
  | { readonly kind: "later-format" };

/** @throws TypeError where it is not this role's file, or is damaged */
export async function fileFromJson<Kept>(
  of: KeyFormat<Kept>,
  json: unknown,
): Promise<FileContent<Kept>> {
  const fields = fieldsOf(json);
  if (Number(fields["format"]) > format) return { kind: "later-format" };
  const { role, cell } = fields;
  if (fields["format"] !== format || role !== of.role || typeof cell !== "string") {
    throw new TypeError("another file stands here");
  }
  return { kind: "kept", cell, kept: await of.fromJson(fields) };
}

function formatOf<Kept>(
  role: string,
  toJson: (kept: Kept) => object,
  fromJson: (json: Fields) => Kept | Promise<Kept>,
): KeyFormat<Kept> {
  return { role, file: `${role}.key`, toJson, fromJson: async (json) => fromJson(json) };
}

/** Of one certificate, and for the moment of a rotation of two. */
function onlineFormat(role: string): KeyFormat<OnlineKeys> {
  return formatOf(
    role,
    (keys) => ({
      keys: keys.map(({ certificate, pair, replacedAt }) => ({
        certificate,
        ...pairToJson(pair),
        replacedAt,
      })),
    }),
    (json) => {
      const keys = listOf(json["keys"]).map((key) => ({
        certificate: countOf(key["certificate"]),
        pair: signingFromJson(key),
        replacedAt: timeOf(key["replacedAt"]),
      }));
      requireRising(keys.map(({ certificate }) => certificate));
      return keys;
    },
  );
}

function epochsFormat<Key>(
  role: string,
  toJson: (key: Key) => object,
  fromJson: (json: Fields) => Key | Promise<Key>,
): KeyFormat<Epochs<Key>> {
  return formatOf(
    role,
    (epochs) => ({
      keys: epochs.map(({ epoch, key, replacedAt }) => ({ epoch, ...toJson(key), replacedAt })),
    }),
    async ({ keys }) => {
      const epochs: EpochKey<Key>[] = [];
      for (const json of listOf(keys)) {
        epochs.push({
          epoch: countOf(json["epoch"]),
          key: await fromJson(json),
          replacedAt: timeOf(json["replacedAt"]),
        });
      }
      requireRising(epochs.map(({ epoch }) => epoch));
      const unreplaced = epochs.filter(({ replacedAt }) => replacedAt === undefined);
      if (unreplaced.length !== 1 || unreplaced[0] !== epochs.at(-1)) {
        throw new TypeError("it does not say which key is current");
      }
      return epochs;
    },
  );
}

function requireRising(numbers: readonly number[]): void {
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] as number))) {
    throw new TypeError("the keys do not follow each other");
  }
}

interface Pair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

function pairToJson({ privateKey, publicKey }: Pair): object {
  return { privateKey: base64(privateKey), publicKey: base64(publicKey) };
}

function signingFromJson(json: Fields): SigningKeyPair {
  const pair = signingKeyPair(bytesOf(json["privateKey"], signingKeyLength));
  if (!equalBytes(pair.publicKey, bytesOf(json["publicKey"]))) throw doesNotFit();
  return pair;
}

async function sealingFromJson(json: Fields): Promise<SealingKeyPair> {
  const privateKey = bytesOf(json["privateKey"], 32);
  const publicKey = bytesOf(json["publicKey"], sealingPublicKeyLength);
  const sealed = await seal(publicKey, "number", utf8("fits"));
  if (!(await openSeal(privateKey, "number", sealed))) throw doesNotFit();
  return { privateKey, publicKey };
}

function voprfFromJson(json: Fields): VoprfKeyPair {
  const privateKey = bytesOf(json["privateKey"], elementLength);
  const publicKey = bytesOf(json["publicKey"], elementLength);
  const input = unblindedInput(utf8("fits"));
  try {
    const evaluation = evaluateBatch({ privateKey, publicKey }, [input.blindedElement]);
    finalizeBatch(publicKey, [input], evaluation);
  } catch (cause) {
    throw doesNotFit(cause);
  }
  return { privateKey, publicKey };
}

function pushFromJson(json: Fields): PushKeyPair {
  const privateKey = bytesOf(json["privateKey"], 32);
  const publicKey = bytesOf(json["publicKey"], 65);
  const pair = createECDH("prime256v1");
  try {
    pair.setPrivateKey(privateKey);
  } catch (cause) {
    throw doesNotFit(cause);
  }
  if (!equalBytes(pair.getPublicKey(), publicKey)) throw doesNotFit();
  return { privateKey, publicKey };
}

function secretToJson(key: Uint8Array): object {
  return { key: base64(key) };
}

function secretFromJson({ key }: Fields): Uint8Array {
  return bytesOf(key, 32);
}

function doesNotFit(cause?: unknown): TypeError {
  return new TypeError("a key does not fit itself", { cause });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function fieldsOf(json: unknown): Fields {
  if (typeof json !== "object" || json === null) throw new TypeError("a part is missing");
  return json as Fields;
}

function listOf(json: unknown): readonly Fields[] {
  if (!Array.isArray(json) || json.length === 0) throw new TypeError("a list is missing");
  return json.map(fieldsOf);
}

function countOf(json: unknown): number {
  if (!Number.isSafeInteger(json) || (json as number) < 1) {
    throw new TypeError("a number is missing");
  }
  return json as number;
}

/** Left out of what is current. */
function timeOf(json: unknown): number | undefined {
  return json === undefined ? undefined : countOf(json);
}

function bytesOf(json: unknown, length?: number): Uint8Array<ArrayBuffer> {
  if (typeof json !== "string") throw new TypeError("bytes are missing");
  const bytes = new Uint8Array(Buffer.from(json, "base64"));
  if (length !== undefined && bytes.length !== length) throw new TypeError("a length is wrong");
  return bytes;
}
