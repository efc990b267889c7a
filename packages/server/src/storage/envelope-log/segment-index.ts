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
const entryBytes = 72;
const magic = 0x5854534c;
const version = 2;
/** Beside the table's flags of a slot. */
const handedFlag = 4;

export async function writeIndex(parts: {
  readonly files: LogFiles;
  readonly segment: Segment;
  readonly slots: readonly number[];
  readonly waiting: WaitingEnvelopes;
  readonly mailboxOf: (ordinal: number) => Mailbox | undefined;
}): Promise<void> {
  const { files, segment, slots, mailboxOf } = parts;
  const { table, shares } = parts.waiting;
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
    bytes.set(mailbox.id, at);
    view.setFloat64(at + 16, position, true);
    view.setUint32(at + 24, mailbox.generation, true);
    view.setUint32(at + 28, table.hourAndFlags(slot) | handed, true);
    for (let word = 0; word < 4; word += 1) {
      view.setInt32(at + 32 + word * 4, table.idWord(slot, word), true);
    }
    const share = table.share(slot);
    if (share !== -1) shares.writeSerial(share, bytes, at + 48);
    view.setUint32(at + 64, table.bodyLength(slot), true);
    view.setUint32(at + 68, table.offset(slot), true);
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

/** One envelope as it was found: the same object for each. */
export interface FoundEnvelope {
  /** Where the next two stand. */
  bytes: Buffer;
  mailboxIdAt: number;
  serialAt: number;
  position: number;
  generation: number;
  hourAndFlags: number;
  isHanded: boolean;
  readonly foldedId: Int32Array;
  bodyLength: number;
  offset: number;
}

export class SegmentIndex {
  readonly end: number;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = bytes.readDoubleLE(16);
  }

  eachEnvelope(visit: (envelope: FoundEnvelope) => void): void {
    const { bytes } = this;
    const view = viewOf(bytes);
    const foldedId = new Int32Array(4);
    const envelope: FoundEnvelope = {
      ...{ bytes, mailboxIdAt: 0, serialAt: 0, position: 0, generation: 0, hourAndFlags: 0 },
      ...{ isHanded: false, foldedId, bodyLength: 0, offset: 0 },
    };
    for (let at = headerBytes; at < bytes.length; at += entryBytes) {
      const hourAndFlags = view.getUint32(at + 28, true);
      envelope.mailboxIdAt = at;
      envelope.position = view.getFloat64(at + 16, true);
      envelope.generation = view.getUint32(at + 24, true);
      envelope.hourAndFlags = hourAndFlags & ~handedFlag;
      envelope.isHanded = (hourAndFlags & handedFlag) !== 0;
      for (let word = 0; word < 4; word += 1) {
        foldedId[word] = view.getInt32(at + 32 + word * 4, true);
      }
      envelope.serialAt = at + 48;
      envelope.bodyLength = view.getUint32(at + 64, true);
      envelope.offset = view.getUint32(at + 68, true);
      visit(envelope);
    }
  }
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

/** Undefined where it is not whole. @param memory gives as many bytes: the index stands in them */
export async function readIndex(
  files: LogFiles,
  number: number,
  memory: (length: number) => Buffer,
): Promise<SegmentIndex | undefined> {
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
  return isWhole ? new SegmentIndex(bytes) : undefined;
}
