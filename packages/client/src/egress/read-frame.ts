// A frame of the service, read where it has no more in it than can be meant: of a megabyte of empty envelopes a hundred megabytes
// are built. What is said unasked has some 1,300 fields at most, those of 256 envelopes.
import { countFields } from "@assent/protocol";
import { fromBinary, type Message } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";

const mostFields = 8_192;
const fieldsPerAnswer = 8;
// About: an object for a message, and its share of the rest.
const bytesPerField = 256;
const bytesPerFrame = 512;

export interface ReadFrame<T> {
  readonly message: T;
  /** In memory, about. */
  readonly heldBytes: number;
}

/**
 * Undefined where it cannot be read, or has too much in it.
 * @param awaited answers that it may hold beside what is said unasked.
 */
export function readFrame<T extends Message>(
  schema: GenMessage<T>,
  frame: Uint8Array,
  awaited = 0,
): ReadFrame<T> | undefined {
  const fields = countFields(schema, frame, mostFields + awaited * fieldsPerAnswer);
  if (fields === undefined) return undefined;
  try {
    const message = fromBinary(schema, frame);
    return { message, heldBytes: bytesPerFrame + frame.length + fields * bytesPerField };
  } catch {
    return undefined;
  }
}
