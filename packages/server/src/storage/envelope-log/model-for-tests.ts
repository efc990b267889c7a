// For tests only: what a mailbox of the port does, said as simply as can be, beside which the log is held.
import type {
  RevokeLimit,
  StoredPut,
  StoredPutOutcome,
  StoredRevokeOutcome,
  TakeLimit,
} from "../../mailbox/store.ts";

export interface ModelEnvelope {
  readonly position: number;
  readonly id: string;
  /** Undefined where it was dropped: its length counts all the same. */
  readonly body: string | undefined;
  readonly length: number;
  readonly serial: string;
  readonly kind: string;
  readonly hour: number;
}

/** One that is to be taken back. */
export interface ModelRevoke {
  readonly model: ModelMailbox;
  readonly id: string;
  readonly serial: string;
  readonly position: number | undefined;
}

const hourMs = 3_600_000;

export class ModelMailbox {
  generation = 1;
  last = 0;
  acknowledged = 0;
  handed = 0;
  waiting: ModelEnvelope[] = [];
  expired = new Set<number>();
  blocked = new Set<string>();
  /** By id, in the order they were taken back; where it is not known what they were, without a position. */
  revoked = new Map<
    string,
    { readonly position: number; readonly hour: number; readonly serial: string }
  >();
  /** What left the provisional pool, and in which hour. */
  released: { readonly hour: number; readonly length: number }[] = [];

  put(put: StoredPut): StoredPutOutcome {
    const { generation, kind: addressKind } = put.address;
    if (generation !== this.generation) return { kind: "former" };
    const id = textOf(put.bytes.subarray(put.envelopeIdAt, put.envelopeIdAt + 32));
    const serial = textOf(put.address.serial);
    if (this.revoked.has(id)) return { kind: "revoked" };
    const there = this.waiting.find((envelope) => envelope.id === id);
    if (there) return { kind: "duplicate", position: there.position };
    if (this.#isFull(put, serial)) return { kind: "full" };
    const isBlocked = addressKind !== "provisional" && this.blocked.has(serial);
    const kind = isBlocked ? "dropped" : "stored";
    const position = this.last + 1;
    const hasAllBefore = put.handsOut && this.handed === this.last;
    this.last = position;
    if (hasAllBefore) this.handed = position;
    const end = put.bodyAt + put.bodyLength;
    const body = isBlocked ? undefined : textOf(put.bytes.subarray(put.bodyAt, end));
    const hour = Math.floor(put.now / hourMs);
    const { bodyLength: length } = put;
    this.waiting.push({ position, id, body, length, serial, kind: addressKind, hour });
    return { kind, position, handed: hasAllBefore };
  }

  take(after: number, limit: TakeLimit) {
    const taken: ModelEnvelope[] = [];
    let bytes = 0;
    let more = false;
    let handed = this.last;
    for (const envelope of this.waiting) {
      if (envelope.position <= after) continue;
      bytes += envelope.length;
      more = taken.length >= limit.envelopes || (bytes > limit.bytes && taken.length > 0);
      if (more) {
        handed = envelope.position - 1;
        break;
      }
      taken.push(envelope);
    }
    this.handed = Math.max(this.handed, handed);
    return { taken, more, handed };
  }

  acknowledge(position: number, hour: number): boolean {
    if (position > this.handed) return false;
    if (position <= this.acknowledged) return true;
    this.acknowledged = position;
    while (this.waiting[0] && this.waiting[0].position <= position) this.#removeFirst(hour);
    return true;
  }

  expire(before: number, hour: number): void {
    const handed = this.handed;
    while (this.waiting[0] && this.waiting[0].hour < before) {
      const { position } = this.#removeFirst(hour);
      if (position > handed) this.expired.add(position);
      this.#handedUpTo(position);
    }
    for (const [id, { hour: takenBackIn, position }] of this.revoked) {
      const isPassed = position < (this.waiting[0]?.position ?? position + 1);
      if (takenBackIn < before && isPassed) this.revoked.delete(id);
    }
  }

  fateOf({ id, position }: ModelRevoke): "revoked" | "handed" | "not-known" {
    const before = this.revoked.get(id);
    if (before) return before.position > 0 ? "revoked" : "not-known";
    if (position !== undefined && position <= this.handed) {
      return this.expired.has(position) ? "revoked" : "handed";
    }
    return this.#unhanded(id) ? "revoked" : "not-known";
  }

  takeBack({ id, serial, position }: ModelRevoke, hour: number): void {
    if (this.revoked.has(id)) return;
    const found = this.#unhanded(id);
    const expired = position !== undefined && this.expired.has(position) ? position : 0;
    this.revoked.set(id, { position: found?.position ?? expired, hour, serial });
    this.waiting = this.waiting.filter((envelope) => envelope !== found);
    if (found?.kind === "provisional") this.released.push({ hour, length: found.length });
    this.#handedUpTo(this.handed);
  }

  restart(generation: number): void {
    this.generation = generation;
    this.acknowledged = this.last;
    this.handed = this.last;
    this.waiting = [];
    this.expired.clear();
    this.revoked.clear();
    this.blocked.clear();
    this.released = [];
  }

  #unhanded(id: string): ModelEnvelope | undefined {
    return this.waiting.find((envelope) => envelope.id === id && envelope.position > this.handed);
  }

  #handedUpTo(position: number): void {
    this.handed = this.#pastRevoked(Math.max(this.handed, position));
  }

  #pastRevoked(position: number): number {
    const revoked = new Set(Array.from(this.revoked.values(), (one) => one.position));
    let past = position;
    while (revoked.has(past + 1)) past += 1;
    return past;
  }

  #removeFirst(hour: number): ModelEnvelope {
    const first = this.waiting.shift() as ModelEnvelope;
    if (first.kind === "provisional") this.released.push({ hour, length: first.length });
    return first;
  }

  #isFull({ address, bodyLength, limit, now }: StoredPut, serial: string): boolean {
    const counted = (envelopes: readonly { readonly length: number }[]) => ({
      envelopes: envelopes.length,
      bytes: envelopes.reduce((sum, { length }) => sum + length, bodyLength),
    });
    const hour = Math.floor(now / hourMs);
    const all = counted(this.waiting);
    if (all.envelopes >= limit.envelopes || all.bytes > limit.bytes) return true;
    const isProvisional = address.kind === "provisional";
    const pool = counted(
      isProvisional
        ? [
            ...this.waiting.filter(({ kind }) => kind === "provisional"),
            ...this.released.filter((one) => one.hour === hour),
          ]
        : this.waiting.filter((one) => one.kind !== "provisional" && one.serial === serial),
    );
    return isProvisional
      ? pool.envelopes >= limit.provisionalEnvelopes || pool.bytes > limit.provisionalBytes
      : pool.envelopes >= limit.fullEnvelopes || pool.bytes > limit.fullBytes;
  }
}

/** All of them, or nothing is changed. Of different ids, all of the generations that there are. */
export function revokeInModel(
  all: readonly ModelRevoke[],
  hour: number,
  limit: RevokeLimit,
): StoredRevokeOutcome["kind"] {
  const added = all.filter(({ model, id }) => !model.revoked.has(id));
  const isTooMuch = added.some(({ model, serial }) => {
    const there = [...model.revoked.values(), ...added.filter((one) => one.model === model)];
    const ofAddress = there.filter((one) => one.serial === serial);
    return there.length > limit.ofMailbox || ofAddress.length > limit.ofAddress;
  });
  if (isTooMuch) return "too-many";
  const fates = all.map((one) => one.model.fateOf(one));
  if (fates.includes("handed")) return "handed";
  for (const one of all) one.model.takeBack(one, hour);
  return fates.includes("not-known") ? "not-known" : "revoked";
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
