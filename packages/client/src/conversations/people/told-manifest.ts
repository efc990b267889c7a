// A manifest that somebody sends of their own account. Trusts its root key, and that whoever sent it is a device of the manifest
// that is known: what is not surely a later one changes nothing, and never the message that it came with.
import { accountIdOf, equalBytes, type Signed, SignedSchema, sha256 } from "@assent/protocol";
import { lowestVersionOf } from "../../discovery/discovery.ts";
import { decodeStored, type Person, type RecordsReader } from "../../store/records.ts";
import { namedPeers } from "./peer-devices.ts";
import { manifestOf, openManifestOf } from "./person.ts";

/** The person with the devices that it names, where it takes the place of the one that is known; the same one where it does not. */
export async function withToldManifest(
  records: RecordsReader,
  person: Person,
  signed: Signed | undefined,
): Promise<Person> {
  if (!signed) return person;
  const known = decodeStored(SignedSchema, person.manifestEncoded).encoded;
  // Told again, as it mostly is: nothing is computed for it.
  if (equalBytes(signed.encoded, known)) return person;
  const { version } = manifestOf(person);
  const lowest = Math.max(version + 1, await lowestOfRecord(records, person));
  const opened = await openManifestOf(person.rootKey, signed, lowest);
  if (!opened) return person;
  const { manifest, encoded } = opened;
  // Between two that are known the chain shows; where some are missing, the root key alone vouches (decision 183).
  const follows =
    manifest.version > version + 1 || equalBytes(manifest.previousHash, sha256(known));
  if (!follows) return person;
  return { ...person, manifestEncoded: encoded, devices: namedPeers(manifest, person.devices) };
}

/** What the record of their number said of their account. */
async function lowestOfRecord(
  records: RecordsReader,
  { number, rootKey }: Person,
): Promise<number> {
  const record = await records.get("numbers", number);
  return record ? lowestVersionOf(record, accountIdOf(rootKey)) : 0;
}
