// What was taken back from one mailbox, and by which of its addresses: few, and mostly none. Each keeps its envelope from
// being stored again, and says that nothing waits at its position.
import { wordAt } from "./envelope-table.ts";
import { revokedBytes, viewOf } from "./record-format.ts";

export interface RevokedEnvelope {
  /** As the table folds it, in four words. */
  readonly foldedId: Int32Array;
  /** Where it waited, or expired; 0 where it did neither, and may have been handed out. */
  readonly position: number;
  /** In which it was taken back. */
  readonly hour: number;
  /** Of the address it was taken back through: what it is counted by. */
  readonly address: number;
}

export function addressOf(serial: Uint8Array): number {
  return wordAt(serial, 0) >>> 0;
}

/** The one of this id. */
export function revokedOf(
  revoked: readonly RevokedEnvelope[] | undefined,
  foldedId: Int32Array,
): RevokedEnvelope | undefined {
  return revoked?.find((one) => one.foldedId.every((word, index) => word === foldedId[index]));
}

/** The last of the positions right behind this one at which something was taken back; itself where nothing was. */
export function pastRevoked(
  revoked: readonly RevokedEnvelope[] | undefined,
  position: number,
): number {
  let past = position;
  while (revoked?.some((one) => one.position === past + 1)) past += 1;
  return past;
}

/** The highest position at which something was taken back; 0 where nothing was. */
export function lastRevoked(revoked: readonly RevokedEnvelope[] | undefined): number {
  return revoked?.reduce((last, { position }) => Math.max(last, position), 0) ?? 0;
}

export function writeRevoked(view: DataView, at: number, revoked: RevokedEnvelope): void {
  for (const [word, value] of revoked.foldedId.entries()) view.setInt32(at + word * 4, value, true);
  view.setFloat64(at + 16, revoked.position, true);
  view.setUint32(at + 24, revoked.hour, true);
  view.setUint32(at + 28, revoked.address, true);
}

/** So many that were written there; undefined where there are none. */
export function readRevoked(
  bytes: Uint8Array,
  from: number,
  count: number,
): readonly RevokedEnvelope[] | undefined {
  if (count === 0) return undefined;
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * revokedBytes;
    return {
      foldedId: Int32Array.from({ length: 4 }, (_, word) => view.getInt32(at + word * 4, true)),
      position: view.getFloat64(at + 16, true),
      hour: view.getUint32(at + 24, true),
      address: view.getUint32(at + 28, true),
    };
  });
}
