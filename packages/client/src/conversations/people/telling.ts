// What somebody is told of this account before anything else is said to them: where this device is written to, and the manifest
// where they may have an earlier one. They are told it again with each address: what was lost heals within a month.
import type { Self } from "../../account/self.ts";
import type { ContentFields } from "../../content/content.ts";
import type { Person, Step } from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { needsAddress, newAddress } from "./addresses.ts";

export interface Telling {
  readonly fields: Pick<ContentFields, "addresses" | "manifest">;
  /** What is known of them from then on. */
  readonly told: Pick<Person, "addressesGivenAtMs" | "manifestToldVersion">;
  /** To be stored with it, beside the person. */
  readonly changes: readonly Change[];
}

/** Undefined where there is nothing to tell. */
export async function tellingOf(
  step: Step,
  self: Self,
  accountId: Uint8Array,
  person: Person,
  nowMs: number,
): Promise<Telling | undefined> {
  const given = needsAddress(person, nowMs)
    ? await newAddress(step, self, accountId, nowMs)
    : undefined;
  if (!given && person.manifestToldVersion >= self.manifestVersion) return undefined;
  const { manifest, manifestVersion } = self;
  return {
    fields: { manifest, ...(given ? { addresses: [given.address] } : {}) },
    told: {
      addressesGivenAtMs: given ? BigInt(nowMs) : person.addressesGivenAtMs,
      manifestToldVersion: manifestVersion,
    },
    changes: given?.changes ?? [],
  };
}
