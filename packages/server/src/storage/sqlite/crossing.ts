// How calls cross to the storage thread: as one flat list of plain values, and one buffer of all their bytes, which
// is handed over. A structured clone of the calls as they are costs three times as much: it names every field of
// every call anew, makes a buffer for each field of bytes, and takes along whatever a larger buffer holds besides,
// as a frame's bytes look into all that the socket read at once.
import type { Call } from "./engine.ts";

export interface PackedCalls {
  readonly count: number;
  /**
   * In their order. A null says that no plain value is next: then stands the length of bytes; or what else it is,
   * and what is in it follows.
   */
  readonly values: readonly unknown[];
  /** The names of the fields of each kind of object. */
  readonly shapes: readonly (readonly string[])[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

// What is frozen may stand in many calls, as the limits of a put do: it crosses once in a message.
const marks = {
  null: "null",
  array: "array",
  object: "object",
  frozen: "frozen",
  again: "again",
} as const;

/** Of calls that are given plain values, bytes, and objects and arrays of these. */
export function packCalls(calls: readonly Call[]): PackedCalls {
  const values: unknown[] = [];
  const shapes: string[][] = [];
  const shapeIndexes = new Map<string, number>();
  const frozen = new Map<object, number>();
  const pieces: Uint8Array[] = [];
  let length = 0;

  function add(value: unknown): void {
    if (typeof value !== "object") values.push(value);
    else if (value === null) values.push(null, marks.null);
    else if (value instanceof Uint8Array) {
      values.push(null, value.length);
      pieces.push(value);
      length += value.length;
    } else if (Array.isArray(value)) {
      values.push(null, marks.array, value.length);
      for (const item of value) add(item);
    } else {
      const known = frozen.get(value);
      if (known !== undefined) {
        values.push(null, marks.again, known);
        return;
      }
      const isFrozen = Object.isFrozen(value);
      if (isFrozen) frozen.set(value, frozen.size);
      const names = Object.keys(value);
      values.push(null, isFrozen ? marks.frozen : marks.object, shapeIndex(names));
      for (const name of names) add((value as Record<string, unknown>)[name]);
    }
  }

  function shapeIndex(names: string[]): number {
    const joined = names.join();
    const known = shapeIndexes.get(joined);
    if (known !== undefined) return known;
    shapeIndexes.set(joined, shapes.length);
    return shapes.push(names) - 1;
  }

  for (const { port, method, given } of calls) {
    values.push(port, method);
    add(given);
  }
  const bytes = new Uint8Array(length);
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return { count: calls.length, values, shapes, bytes };
}

/** The bytes in them are views of the one buffer. */
export function unpackCalls({ count, values, shapes, bytes }: PackedCalls): Call[] {
  const frozen: Record<string, unknown>[] = [];
  let next = 0;
  let end = 0;

  function take(): unknown {
    const value = values[next++];
    return value === null ? takeMarked(values[next++]) : value;
  }

  function takeMarked(mark: unknown): unknown {
    if (mark === marks.null) return null;
    if (mark === marks.array) return takeArray(take() as number);
    if (mark === marks.again) return frozen[take() as number];
    if (mark === marks.object || mark === marks.frozen) {
      const taken: Record<string, unknown> = {};
      if (mark === marks.frozen) frozen.push(taken);
      for (const name of shapes[take() as number] ?? []) taken[name] = take();
      return taken;
    }
    const start = end;
    end += mark as number;
    return bytes.subarray(start, end);
  }

  // A loop: Array.from costs more than what it is given to do here.
  function takeArray(length: number): unknown[] {
    const taken: unknown[] = [];
    while (taken.length < length) taken.push(take());
    return taken;
  }

  return Array.from({ length: count }, () => ({
    port: take() as string,
    method: take() as string,
    given: take() as unknown[],
  }));
}
