// The keys on disk: one JSON file that only its owner can read, written whole or not at all. Trusts whoever can
// write to the file; refuses it where every user of the machine can read it.
import { constants } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { equalBytes, sealingPublicKeyLength, signingKeyPair } from "@assent/protocol";
import { StartRefused } from "../start-refused.ts";
import type { CellKeys } from "./keys.ts";

/**
 * Undefined where there is no file.
 * @throws StartRefused where there is one, and it is damaged or open to others.
 */
export async function readKeyFile(file: string): Promise<CellKeys | undefined> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o007) !== 0) {
      throw new StartRefused(
        "The key file can be read by every user of this machine. Run: chmod 600",
      );
    }
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return keysFromJson(JSON.parse(text));
  } catch (cause) {
    throw new StartRefused("The key file is damaged. Restore it from its backup.", { cause });
  }
}

/** Resolves when the file is durable. Called by the one process that holds the data directory's lock. */
export async function writeKeyFile(file: string, keys: CellKeys): Promise<void> {
  const directory = dirname(file);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${file}.new`;
  await rm(temporary, { force: true });
  const handle = await open(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    0o600,
  );
  try {
    await handle.writeFile(`${JSON.stringify(keysToJson(keys), undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const directoryHandle = await open(directory, constants.O_RDONLY);
  try {
    await directoryHandle.sync();
  } finally {
    await directoryHandle.close();
  }
}

function keysToJson(keys: CellKeys): unknown {
  return {
    format: 1,
    identity: {
      privateKey: base64(keys.identity.privateKey),
      publicKey: base64(keys.identity.publicKey),
    },
    registration: epochPairToJson(keys.registration),
    voprf: epochPairToJson(keys.voprf),
    capability: { epoch: keys.capability.epoch, key: base64(keys.capability.key) },
    registrationCode: { key: base64(keys.registrationCode) },
  };
}

function keysFromJson(json: unknown): CellKeys {
  const file = record(json);
  if (file["format"] !== 1) throw new TypeError("the format is not known");
  const identity = record(file["identity"]);
  const registration = record(file["registration"]);
  const voprf = record(file["voprf"]);
  const capability = record(file["capability"]);
  const identityPair = signingKeyPair(bytes(identity["privateKey"], 32));
  if (!equalBytes(identityPair.publicKey, bytes(identity["publicKey"], 32))) {
    throw new TypeError("the identity key does not fit itself");
  }
  return {
    identity: identityPair,
    registration: {
      epoch: epoch(registration["epoch"]),
      pair: {
        privateKey: bytes(registration["privateKey"], 32),
        publicKey: bytes(registration["publicKey"], sealingPublicKeyLength),
      },
    },
    voprf: {
      epoch: epoch(voprf["epoch"]),
      pair: {
        privateKey: bytes(voprf["privateKey"], 32),
        publicKey: bytes(voprf["publicKey"], 32),
      },
    },
    capability: { epoch: epoch(capability["epoch"]), key: bytes(capability["key"], 32) },
    registrationCode: bytes(record(file["registrationCode"])["key"], 32),
  };
}

function epochPairToJson(key: CellKeys["registration"] | CellKeys["voprf"]): unknown {
  const { epoch: number, pair } = key;
  return { epoch: number, privateKey: base64(pair.privateKey), publicKey: base64(pair.publicKey) };
}

function base64(key: Uint8Array): string {
  return Buffer.from(key).toString("base64");
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null) throw new TypeError("a part is missing");
  return value as Record<string, unknown>;
}

function epoch(value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 0xffff_ffff) {
    throw new TypeError("an epoch is not a number");
  }
  return value as number;
}

function bytes(value: unknown, length: number): Uint8Array<ArrayBuffer> {
  const decoded =
    typeof value === "string" ? new Uint8Array(Buffer.from(value, "base64")) : undefined;
  if (decoded?.length !== length) throw new TypeError("a key has the wrong length");
  return decoded;
}
