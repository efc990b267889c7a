// Sealed numbers that were opened once. Every try seals anew, so one that comes again was recorded by somebody, and is
// refused before it costs anything. Forgotten at a restart, and the oldest where there are too many: what a repeat may
// do is counted all the same.
import { createHash } from "node:crypto";
import { AssentError } from "@assent/protocol";

export interface SeenSeals {
  /** Does the work for a seal that is not being opened and was not. One that failed to open is forgotten. */
  once<Done>(sealed: Uint8Array, work: (opened: () => void) => Promise<Done>): Promise<Done>;
}

export function createSeenSeals(most: number): SeenSeals {
  const seen = new Set<string>();
  return {
    async once(sealed, work) {
      const hash = createHash("sha256").update(sealed).digest("base64");
      if (seen.has(hash)) throw new AssentError("request_invalid");
      const [oldest] = seen.size < most ? [] : seen;
      if (oldest !== undefined) seen.delete(oldest);
      seen.add(hash);
      let isOpened = false;
      try {
        return await work(() => {
          isOpened = true;
        });
      } finally {
        if (!isOpened) seen.delete(hash);
      }
    },
  };
}
