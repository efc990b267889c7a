// What strangers sealed to this device. Each is opened once, and looked at twice: under which key of the cell's it is to be
// checked is known before anything of a delivery is taken.
import {
  type DeliveredEnvelope,
  type EnvelopeContent,
  hex,
  openEnvelope,
  sealOf,
} from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import type { GivenAddress, RecordsReader } from "../../store/records.ts";

export interface ByEpoch {
  /** What can be checked under a key that is known, or needs none. */
  readonly known: readonly DeliveredEnvelope[];
  /** First contacts of VOPRF epochs that begin after all that are known, and what came through their addresses. */
  readonly later: readonly DeliveredEnvelope[];
  /** The latest of those; 0 where there is none. */
  readonly latestEpoch: number;
}

export class Strangers {
  readonly #opened = new WeakMap<DeliveredEnvelope, Promise<EnvelopeContent | undefined>>();

  open({ sealingPrivateKey }: Self, envelope: DeliveredEnvelope) {
    const opened = this.#opened.get(envelope) ?? openEnvelope(sealingPrivateKey, envelope.body);
    this.#opened.set(envelope, opened);
    return opened;
  }

  async byEpoch(
    records: RecordsReader,
    self: Self,
    envelopes: readonly DeliveredEnvelope[],
  ): Promise<ByEpoch> {
    const [known, later]: [DeliveredEnvelope[], DeliveredEnvelope[]] = [[], []];
    const waitFor = new Set<string>();
    let latestEpoch = 0;
    for (const envelope of envelopes) {
      const serialKey = hex(envelope.addressSerial);
      const epoch = await this.#epochOf(records, self, envelope, serialKey);
      if (epoch > self.cell.voprfKey.epoch) {
        waitFor.add(serialKey);
        latestEpoch = Math.max(latestEpoch, epoch);
      }
      (waitFor.has(serialKey) ? later : known).push(envelope);
    }
    return { known, later, latestEpoch };
  }

  /** That a first contact names; 0 for what is none. */
  async #epochOf(
    records: RecordsReader,
    self: Self,
    envelope: DeliveredEnvelope,
    serialKey: string,
  ): Promise<number> {
    if (sealOf(envelope.body) !== "device") return 0;
    if (!isOfStranger(envelope, await records.get("given", serialKey))) return 0;
    const opened = await this.open(self, envelope);
    if (opened?.content.case !== "firstContact") return 0;
    return opened.content.value.sender?.evaluation?.voprfEpoch ?? 0;
  }
}

/** Sealed to the device, and not through an address that was given to somebody who knows its key. */
export function isOfStranger(
  { body }: DeliveredEnvelope,
  given: GivenAddress | undefined,
): boolean {
  return sealOf(body) === "device" && (!given || given.provisional);
}
