// For tests only: what a mailbox of the port does, said as simply as can be, beside which the log is held.
import type { StoredPut, StoredPutOutcome, TakeLimit } from "../../mailbox/store.ts";

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

const hourMs = 3_600_000;

export class ModelMailbox {
  generation = 1;
  last = 0;
  acknowledged = 0;
  handed = 0;
  waiting: ModelEnvelope[] = [];
  expired = new Set<number>();
  blocked = new Set<string>();
  /** What left the provisional pool, and in which hour. */
  released: { readonly hour: number; readonly length: number }[] = [];

  put(put: StoredPut): StoredPutOutcome {
    const { generation, kind: addressKind } = put.address;
    if (generation !== this.generation) return { kind: "former" };
    const id = textOf(put.bytes.subarray(put.envelopeIdAt, put.envelopeIdAt + 32));
    const serial = textOf(put.address.serial);
    const there = this.waiting.find((envelope) => envelope.id === id);
    if (there) return { kind: "duplicate", position: there.position };
    if (this.#isFull(put, serial)) return { kind: "full" };
    const isBlocked = addressKind !== "provisional" && this.blocked.has(serial);
    const kind = isBlocked ? "dropped" : "stored";
    const position = this.last + 1;
    const hasAllBefore = put.handsOut && this.handed === this.last;
    this.last = position;
    if (hasAllBefore) this.handed = position;
    if (isBlocked && hasAllBefore && this.waiting.length === 0) {
      return { kind, position, handed: true };
    }
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
      if (envelope.position <= after || envelope.body === undefined) continue;
      bytes += envelope.body.length;
      more = taken.length >= limit.envelopes || (bytes > limit.bytes && taken.length > 0);
      if (more) {
        handed = envelope.position - 1;
        break;
      }
      taken.push(envelope);
    }
    this.handed = Math.max(this.handed, handed);
    this.#dropFirst();
    return { taken, more, handed };
  }

  acknowledge(position: number, hour: number): boolean {
    if (position > this.handed) return false;
    if (position <= this.acknowledged) return true;
    this.acknowledged = position;
    while (this.waiting[0] && this.waiting[0].position <= position) this.#removeFirst(hour);
    if (this.waiting[0]?.position === position + 1) this.#dropFirst();
    return true;
  }

  expire(before: number, hour: number): void {
    const handed = this.handed;
    while (this.waiting[0] && this.waiting[0].hour < before) {
      const { position } = this.#removeFirst(hour);
      if (position > handed) this.expired.add(position);
      this.handed = Math.max(this.handed, position);
    }
  }

  restart(generation: number): void {
    this.generation = generation;
    this.acknowledged = this.last;
    this.handed = this.last;
    this.waiting = [];
    this.expired.clear();
    this.blocked.clear();
    this.released = [];
  }

  #removeFirst(hour: number): ModelEnvelope {
    const first = this.waiting.shift() as ModelEnvelope;
    if (first.kind === "provisional") this.released.push({ hour, length: first.length });
    return first;
  }

  #dropFirst(): void {
    while (this.waiting[0] && this.waiting[0].body === undefined) {
      const { position } = this.waiting.shift() as ModelEnvelope;
      this.handed = Math.max(this.handed, position);
    }
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

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
