// The index of a sealed segment without states: where what waited in it stands, so that a start need not read the bodies.
// It only says quicker what its segment says: where it is missing or torn, the segment is read.
import { crc32 } from "node:zlib";
import type { LogFiles } from "./file-system.ts";
import type { Mailbox } from "./mailbox.ts";
import { viewOf } from "./record-format.ts";
import { indexName, type Segment } from "./segments.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";

// magic (4), version (4), number of the segment (4), envelopes (4), end of the segment (8), CRC-32 of what follows (4),
// nothing (4). Then for each envelope: mailbox id (16), position (8), generation (4), hour and flags (4), folded id (16),
// serial where it has a share (16), length of the body (4), offset (4).
const headerBytes = 32;
export const entryBytes = 72;
export const entryFields = {
  mailboxId: 0,
  position: 16,
  generation: 24,
  hourAndFlags: 28,
  foldedId: 32,
  serial: 48,
  bodyLength: 64,
  offset: 68,
} as const;
const magic = 0x5854534c;
const version = 2;
/** Beside the table's flags of a slot. */
export const handedFlag = 4;

export async function writeIndex(parts: {
  readonly files: LogFiles;
  readonly segment: Segment;
  readonly slots: readonly number[];
  readonly waiting: WaitingEnvelopes;
  readonly mailboxOf: (ordinal: number) => Mailbox | undefined;
}): Promise<void> {
  const { files, segment, slots, mailboxOf } = parts;
  const { table } = parts.waiting;
  const bytes = Buffer.alloc(headerBytes + slots.length * entryBytes);
  const view = viewOf(bytes);
  let at = headerBytes;
  let count = 0;
  for (const slot of slots) {
    const mailbox = mailboxOf(table.owner(slot));
    const position = table.position(slot);
    // Of a mailbox that ended or began anew: it is only not removed yet.
    if (!mailbox?.isThere || position <= mailbox.removed) continue;
    const handed = position <= mailbox.handed ? handedFlag : 0;
    mailbox.writeId(bytes, at);
    view.setFloat64(at + entryFields.position, position, true);
    view.setUint32(at + entryFields.generation, mailbox.generation, true);
    view.setUint32(at + entryFields.hourAndFlags, table.hourAndFlags(slot) | handed, true);
    for (let word = 0; word < 4; word += 1) {
      view.setInt32(at + entryFields.foldedId + word * 4, table.idWord(slot, word), true);
      const serialWord = table.isShared(slot) ? table.serialWord(slot, word) : 0;
      view.setInt32(at + entryFields.serial + word * 4, serialWord, true);
    }
    view.setUint32(at + entryFields.bodyLength, table.bodyLength(slot), true);
    view.setUint32(at + entryFields.offset, table.offset(slot), true);
    at += entryBytes;
    count += 1;
  }
  const whole = bytes.subarray(0, at);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, segment.number, true);
  view.setUint32(12, count, true);
  view.setFloat64(16, segment.end, true);
  view.setUint32(24, crc32(whole.subarray(headerBytes)), true);
  const file = files.file(indexName(segment.number));
  await file.write(whole, 0);
  await file.rest();
}

/** What it says of itself, before its entries are read. Undefined where it is not as long as it says. */
export async function readIndexHead(
  files: LogFiles,
  number: number,
): Promise<{ readonly end: number; readonly envelopes: number } | undefined> {
  const file = files.file(indexName(number));
  const head = Buffer.alloc(headerBytes);
  const length = await file.read(head, 0);
  const size = await file.size();
  await file.rest();
  const envelopes = head.readUInt32LE(12);
  const isIndex = length === headerBytes && head.readUInt32LE(0) === magic;
  if (!isIndex || size !== headerBytes + envelopes * entryBytes) return undefined;
  return { end: head.readDoubleLE(16), envelopes };
}

/** Its entries; undefined where it is not whole. @param memory gives as many bytes: the index stands in them */
export async function readIndex(
  files: LogFiles,
  number: number,
  memory: (length: number) => Buffer,
): Promise<Buffer | undefined> {
  const file = files.file(indexName(number));
  const bytes = memory(await file.size());
  await file.read(bytes, 0);
  await file.rest();
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return undefined;
  const entriesEnd = headerBytes + bytes.readUInt32LE(12) * entryBytes;
  const isWhole =
    bytes.readUInt32LE(4) === version &&
    bytes.readUInt32LE(8) === number &&
    bytes.length === entriesEnd &&
    crc32(bytes.subarray(headerBytes)) === bytes.readUInt32LE(24);
  return isWhole ? bytes.subarray(headerBytes) : undefined;
}
