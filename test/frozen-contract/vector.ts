// What is frozen of the contract: for each structure what is given, and what follows from it.
import type { JsonValue } from "@bufbuild/protobuf";

export type Values = Readonly<Record<string, JsonValue>>;

/** Bytes are hexadecimal; messages stand in protobuf's JSON form, where bytes are base64. */
export interface Vector {
  readonly name: string;
  /** How the one follows from the other: a key of `rules`. */
  readonly rule: string;
  readonly given: Values;
  readonly gives: Values;
}

/** Something that does not open cannot give anything. */
export function opened<T>(what: T | undefined): T {
  if (what === undefined) throw new Error("it does not open");
  return what;
}
