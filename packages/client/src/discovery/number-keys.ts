// What was evaluated of a number, under which VOPRF epoch: kept, because each evaluation costs budget, and kept of two
// epochs, because people stand where they were until their own phone has moved on.
import type { HandleKeys } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  type NumberKeys,
  NumberKeysSchema,
  type NumberRecord,
  NumberRecordSchema,
} from "../store/records.ts";

/** What follows from a number's handle under one epoch. */
export interface EpochKeys extends HandleKeys {
  readonly voprfEpoch: number;
}

/** Newest first. */
export function keptKeys(record: NumberRecord | undefined): EpochKeys[] {
  return [record?.keys, record?.formerKeys].flatMap((keys) => (keys ? [epochKeys(keys)] : []));
}

/** A number's record with keys of one epoch among those that are kept: the two latest epochs. */
export function withEvaluated(
  record: NumberRecord = create(NumberRecordSchema),
  evaluated: EpochKeys,
): NumberRecord {
  const [keys, formerKeys] = [
    evaluated,
    ...keptKeys(record).filter(({ voprfEpoch }) => voprfEpoch !== evaluated.voprfEpoch),
  ]
    .sort((one, other) => other.voprfEpoch - one.voprfEpoch)
    .map((each) => create(NumberKeysSchema, { ...each }));
  return { ...record, keys, formerKeys };
}

function epochKeys({ voprfEpoch, bucketBits, tag, lookupKey, recordKey }: NumberKeys): EpochKeys {
  return {
    voprfEpoch,
    bucketBits,
    tag,
    lookupKey: new Uint8Array(lookupKey),
    recordKey: new Uint8Array(recordKey),
  };
}
