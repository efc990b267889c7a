// What refuses a StartRegistration before it is read as a message: who asks too often, where there is no room or no SMS
// left, what is too long or too short to be one, and what came before, byte for byte. Anybody can send these, as often as
// they like, so that none may cost much more than asking whether the service is there.
import { AssentError, sealedNumberPlaintextLength, sealOverhead } from "@assent/protocol";
import type { Admission } from "../limits/admission.ts";
import { networkOf, type PeerAddress } from "../limits/network.ts";
import type { PeerBrake } from "../limits/peer-brake.ts";
import type { CodeAllowance } from "./code-allowance.ts";
import { createSeenHashes } from "./seen-hashes.ts";

const leastBytes = sealOverhead + sealedNumberPlaintextLength;
const mostBytes = 8_192;

export interface EarlyRefusals {
  readonly mostBytes: number;
  /** Before its bytes are there. @throws AssentError rate_limited */
  beforeBody(peer: PeerAddress): Promise<void>;
  /** `answered` is to be called with the status of the answer. @throws AssentError request_invalid */
  ofBody(bytes: Uint8Array): { readonly answered: (status: number) => void };
}

export function createEarlyRefusals(parts: {
  readonly startsPerPeer: PeerBrake;
  readonly admission: Pick<Admission, "requireRoom">;
  readonly allowance: Pick<CodeAllowance, "requireAny">;
  readonly bodiesRemembered: number;
}): EarlyRefusals {
  const { startsPerPeer, admission, allowance, bodiesRemembered } = parts;
  // Under way, and those whose answer would be the same again: every try is sealed anew, so that these were recorded.
  const seen = createSeenHashes(bodiesRemembered);

  return {
    mostBytes,

    async beforeBody(peer) {
      await startsPerPeer.count(peer);
      allowance.requireAny();
      admission.requireRoom(networkOf(peer));
    },

    ofBody(bytes) {
      if (bytes.length < leastBytes) throw new AssentError("request_invalid");
      const forget = seen.see(bytes);
      if (!forget) throw new AssentError("request_invalid");
      return {
        answered(status) {
          if (status !== 200 && status !== 400) forget();
        },
      };
    },
  };
}
