// How much room what lives for a moment gets. A phone that takes what waited makes much of it and keeps hardly any, and V8 would
// give it 128 MB before it looks what is still of use: three quarters of all that the program holds.
import { setFlagsFromString } from "node:v8";

/** From here on no more room than it has. Before anything large is loaded. */
export function keepYoungObjectsFew(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
