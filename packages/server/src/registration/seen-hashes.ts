// What came before, by its SHA-256: a bounded memory, so that what was recorded and is sent again is refused before it costs
// anything. Empty after a restart, and the oldest is forgotten where there are too many: what a repeat may do is counted
// all the same.
import { hash } from "node:crypto";

export interface SeenHashes {
  /** How to forget that these bytes came; undefined where they came before. */
  see(bytes: Uint8Array): (() => void) | undefined;
}

export function createSeenHashes(most: number): SeenHashes {
  const seen = new Set<string>();
  return {
    see(bytes) {
      const hashed = hash("sha256", bytes, "base64");
      if (seen.has(hashed)) return undefined;
      const [oldest] = seen.size < most ? [] : seen;
      if (oldest !== undefined) seen.delete(oldest);
      seen.add(hashed);
      return () => void seen.delete(hashed);
    },
  };
}
