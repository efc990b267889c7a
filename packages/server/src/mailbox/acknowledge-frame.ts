// The frame that a device sends for every delivery: an InboxRequest that acknowledges. Walked tag by tag; any other frame, and any
// that is not quite regular, is the codec's to read.

export interface AcknowledgeFrame {
  readonly request: number;
  readonly position: number;
}

// Tags of the contract, each one byte. A test holds that they are the schema's.
const requestTag = 0x08;
const acknowledgeTag = 0x1a;
const positionTag = 0x08;

/** Undefined where it is anything else than a number, and a position that is a safe number, in this order. */
export function readAcknowledge(frame: Uint8Array): AcknowledgeFrame | undefined {
  if (frame[0] !== requestTag) return undefined;
  const place = { at: 1 };
  const request = readNumber(frame, place);
  const length = frame[place.at + 1] ?? 0;
  if (frame[place.at] !== acknowledgeTag || length !== frame.length - place.at - 2)
    return undefined;
  place.at += 2;
  if (request <= 0 || request > 0xffff_ffff || frame[place.at++] !== positionTag) return undefined;
  const position = readNumber(frame, place);
  return position < 0 || place.at !== frame.length ? undefined : { request, position };
}

/** -1 where it is not there whole, or no safe number. */
function readNumber(frame: Uint8Array, place: { at: number }): number {
  let value = 0;
  let unit = 1;
  for (let length = 1; length <= 8; length += 1) {
    const byte = frame[place.at++];
    if (byte === undefined) return -1;
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : -1;
    unit *= 128;
  }
  return -1;
}
