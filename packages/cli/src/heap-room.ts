// How much room garbage gets. A phone that takes what waited makes much of it and keeps hardly any, and V8 would let what lives
// for a moment grow to 128 MB before it looks what is still of use, and what lived longer to four times what is of use: most of
// what the program holds.
import { setFlagsFromString } from "node:v8";

/** From here on no more room for young objects than they have, and for old ones as much again as are of use. Before anything large is loaded. */
export function keepGarbageLittle(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  // Percent of what was of use when V8 looked last, and 8 MB at least.
  setFlagsFromString("--heap-growing-percent=100");
}
