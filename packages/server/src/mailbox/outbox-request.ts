// What an outbox frame asks. Frames of puts alone, which are nearly all, are walked tag by tag, and nothing is built of them but
// where each part stands; any other frame, and any that is not quite regular, is the codec's to read.
import {
  countFields,
  limits,
  type OutboxRequest,
  OutboxRequestSchema,
  type Put,
} from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";

/** One put, by where its parts stand in the frame. Of what is missing the length is 0. */
export interface PutInFrame {
  readonly bytes: Uint8Array;
  request: number;
  capabilityAt: number;
  capabilityLength: number;
  envelopeIdAt: number;
  envelopeIdLength: number;
  bodyAt: number;
  bodyLength: number;
  after: number;
  quiet: boolean;
  cellIdAt: number;
  cellIdLength: number;
}

export interface OutboxFrame {
  readonly puts: readonly PutInFrame[];
  /** Where something else is asked. */
  readonly others: Omit<OutboxRequest, "puts"> | undefined;
}

/** Undefined where it cannot be read, asks nothing or too much, or something has no number. */
export function readOutboxFrame(frame: Uint8Array): OutboxFrame | undefined {
  const puts = walkPuts(frame);
  if (!puts) return decode(frame);
  if (puts.length === 0) return undefined;
  for (const { request } of puts) if (request === 0) return undefined;
  return { puts, others: undefined };
}

// The most are of revokes, of as many targets each, with a handful of fields.
const mostFields = limits.itemsPerFrame * limits.revokeTargets * 6;

function decode(frame: Uint8Array): OutboxFrame | undefined {
  if (countFields(OutboxRequestSchema, frame, mostFields) === undefined) return undefined;
  let asked: OutboxRequest;
  try {
    asked = fromBinary(OutboxRequestSchema, frame, { readUnknownFields: false });
  } catch {
    return undefined;
  }
  const { puts, statusQueries, revokes, sharedPuts, heartbeats } = asked;
  const numbered = [puts, statusQueries, revokes, sharedPuts];
  const items = numbered.reduce((count, list) => count + list.length, heartbeats.length);
  const areNumbered = numbered.every((list) => list.every(({ request }) => request > 0));
  if (items === 0 || items > limits.itemsPerFrame || !areNumbered) return undefined;
  return { puts: puts.map((put) => placesOf(frame, put)), others: asked };
}

/** The codec's bytes are views of the frame. */
function placesOf(frame: Uint8Array, put: Put): PutInFrame {
  const at = (part: Uint8Array) => (part.length > 0 ? part.byteOffset - frame.byteOffset : 0);
  const { request, capability, envelopeId, body, after, quiet, cellId } = put;
  return {
    bytes: frame,
    request,
    capabilityAt: at(capability),
    capabilityLength: capability.length,
    envelopeIdAt: at(envelopeId),
    envelopeIdLength: envelopeId.length,
    bodyAt: at(body),
    bodyLength: body.length,
    after,
    quiet,
    cellIdAt: at(cellId),
    cellIdLength: cellId.length,
  };
}

// Tags of the contract, each one byte. A test holds that they are the schema's.
const putsTag = 0x0a;
const requestTag = 0x08;
const capabilityTag = 0x12;
const envelopeIdTag = 0x1a;
const bodyTag = 0x22;
const afterTag = 0x28;
const quietTag = 0x30;
const cellIdTag = 0x3a;

/** Undefined where there is anything but puts, of these fields, each number in as many bytes as 32 bits may need; or too many. */
function walkPuts(frame: Uint8Array): PutInFrame[] | undefined {
  // Nearly always one: an array that is made for it has no room for more.
  let puts: PutInFrame[] | undefined;
  const place = { at: 0 };
  while (place.at < frame.length) {
    if (frame[place.at++] !== putsTag) return undefined;
    const length = readNumber(frame, place);
    const end = place.at + length;
    if (length < 0 || end > frame.length) return undefined;
    const put = walkPut(frame, place, end);
    if (!put) return undefined;
    if (puts) puts.push(put);
    else puts = [put];
    if (puts.length > limits.itemsPerFrame) return undefined;
  }
  return puts ?? [];
}

function walkPut(frame: Uint8Array, place: { at: number }, end: number): PutInFrame | undefined {
  const put: PutInFrame = {
    bytes: frame,
    request: 0,
    capabilityAt: 0,
    capabilityLength: 0,
    envelopeIdAt: 0,
    envelopeIdLength: 0,
    bodyAt: 0,
    bodyLength: 0,
    after: 0,
    quiet: false,
    cellIdAt: 0,
    cellIdLength: 0,
  };
  while (place.at < end) {
    const tag = frame[place.at++];
    const value = readNumber(frame, place);
    if (value < 0) return undefined;
    const { at } = place;
    if (tag === requestTag) put.request = value;
    else if (tag === afterTag) put.after = value;
    else if (tag === quietTag) put.quiet = value !== 0;
    else {
      // What follows is bytes, of this length.
      place.at += value;
      if (tag === capabilityTag) {
        put.capabilityAt = at;
        put.capabilityLength = value;
      } else if (tag === envelopeIdTag) {
        put.envelopeIdAt = at;
        put.envelopeIdLength = value;
      } else if (tag === bodyTag) {
        put.bodyAt = at;
        put.bodyLength = value;
      } else if (tag === cellIdTag) {
        put.cellIdAt = at;
        put.cellIdLength = value;
      } else return undefined;
    }
  }
  return place.at === end ? put : undefined;
}

/** -1 where it is none of 32 bits, or not all of it is there. */
function readNumber(frame: Uint8Array, place: { at: number }): number {
  let value = 0;
  // Counted, since a power is a call of the C library.
  let unit = 1;
  for (let length = 1; length <= 5; length += 1) {
    const byte = frame[place.at++];
    if (byte === undefined || (length === 5 && byte > 0x0f)) return -1;
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value;
    unit *= 128;
  }
  return -1;
}
