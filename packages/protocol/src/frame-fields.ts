// How many fields a frame has, counted before it is read: a message that is built of a megabyte of empty fields takes a service
// a quarter of a second of its thread, and a phone a hundred megabytes. A frame with more than can be meant is refused for what the
// counting cost, and so is one in which a part does not end where it says: the codec would read on behind it, past what was counted.
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

interface Place {
  at: number;
}

/** Those of the messages in it included. Undefined where it has more than `most`, or is not whole. */
export function countFields(
  schema: DescMessage,
  frame: Uint8Array,
  most: number,
): number | undefined {
  const left = fieldsLeft(schema, frame, { at: 0 }, frame.length, most);
  return left < 0 ? undefined : most - left;
}

const varint = 0;
const eightBytes = 1;
const lengthDelimited = 2;
const fourBytes = 5;

/** Of `most`, behind those of one message, which ends at `end`: below 0 where it has more, or does not end there. */
function fieldsLeft(
  schema: DescMessage,
  frame: Uint8Array,
  place: Place,
  end: number,
  most: number,
): number {
  let left = most;
  while (place.at < end) {
    left -= 1;
    const tag = readNumber(frame, place);
    if (tag < 0 || left < 0) return -1;
    const field = schema.fields.find(({ number }) => number === tag >>> 3);
    switch (field ? wireTypeOf(field) : tag & 7) {
      case varint:
        if (readNumber(frame, place) < 0) return -1;
        break;
      case eightBytes:
        place.at += 8;
        break;
      case fourBytes:
        place.at += 4;
        break;
      case lengthDelimited: {
        const length = readNumber(frame, place);
        const valueEnd = place.at + length;
        if (length < 0 || valueEnd > end) return -1;
        if (field?.message) left = fieldsLeft(field.message, frame, place, valueEnd, left);
        if (left < 0) return -1;
        place.at = valueEnd;
        break;
      }
      default:
        // Groups, which nothing of the contract has, and what is none of protobuf's.
        return -1;
    }
  }
  return place.at === end ? left : -1;
}

/**
 * The codec reads a field that it knows as what it is, whatever its tag says, and so must who counts. Nothing that is
 * asked or answered has numbers of a fixed length, or in lists: a test holds it.
 */
function wireTypeOf({ message, scalar }: DescField): number {
  const isLong = message || scalar === ScalarType.BYTES || scalar === ScalarType.STRING;
  return isLong ? lengthDelimited : varint;
}

const longestNumber = 10;

/** The low 32 bits, as the codec takes them of a longer one; -1 where it does not end. */
function readNumber(frame: Uint8Array, place: Place): number {
  let value = 0;
  for (let index = 0; index < longestNumber; index += 1) {
    const byte = frame[place.at++];
    if (byte === undefined) return -1;
    if (index < 5) value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return value >>> 0;
  }
  return -1;
}
