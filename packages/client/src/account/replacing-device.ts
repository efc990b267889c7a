// Turning on again after the service no longer knew this device: the same account, by its own root key, so that nobody is
// warned of a new one. The device, and all that belongs to it alone, is another.
import {
  generateSealingKeyPair,
  ManifestSchema,
  randomBytes,
  SignedSchema,
  sha256,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { decodeStored, type Identity, type ProfileState, remove } from "../store/records.ts";
import type { TurningOn } from "./turn-on.ts";

/** Puts another device in the place of the one that was signed out, and sets these fields with it. */
export async function replaceDevice(
  { state, givingUp }: Pick<TurningOn, "state" | "givingUp">,
  identity: Identity,
  fields: Partial<ProfileState>,
): Promise<void> {
  const sealing = await generateSealingKeyPair();
  const before = decodeStored(SignedSchema, identity.manifestEncoded).encoded;
  const { version, devices } = decodeStored(ManifestSchema, before);
  const manifest = create(ManifestSchema, {
    version: version + 1,
    previousHash: sha256(before),
    devices: [{ sealingKey: sealing.publicKey, name: devices[0]?.name ?? "" }],
  });
  await state.change(
    {
      ...fields,
      identity: {
        ...identity,
        devicePrivateKey: randomBytes(32),
        sealingPrivateKey: sealing.privateKey,
        unsignedManifestEncoded: toBinary(ManifestSchema, manifest),
      },
      verification: undefined,
      accountMayExist: false,
      renewal: undefined,
      ending: undefined,
      // Of a mailbox that is gone.
      setBackAtMs: 0n,
      restart: undefined,
      restartedAtMs: 0n,
      lineage: 0,
      generation: 0,
    },
    async (step) => [
      ...(await givingUp.anotherDevice(step)),
      ...(await step.keys("keyPackages")).map((key) => remove("keyPackages", key)),
    ],
  );
}
