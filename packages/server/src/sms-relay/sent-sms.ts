// What was sent for devices, as it goes on where none is sent any more: what providers report of it, and that it is forgotten.
import type { Randomness } from "../randomness.ts";
import type { SmsReport } from "../sms/transport.ts";
import type { OverAge } from "../time/judged-time.ts";
import { createSmsNames, type SmsNames } from "./names.ts";
import type { SmsRelayStore } from "./store.ts";

export interface SentSms {
  readonly names: SmsNames;
  /** It may be of an SMS that this room knows nothing of: those with codes go the same way. */
  reported(key: string, report: SmsReport): void;
  /** Forgets what was sent days ago. */
  sweep(overAge: OverAge): Promise<void>;
}

export interface SentSmsQuotas {
  readonly nameGoodForMs: number;
  /** How long it is known what was sent; a day longer, to be sure. With that, longer than a name is good. */
  readonly rememberedMs: number;
}

export function createSentSms(parts: {
  readonly store: Pick<SmsRelayStore, "settle" | "forget">;
  /** Of the registration room. */
  readonly secret: Uint8Array;
  /** Of the store. */
  readonly lineage: number;
  readonly quotas: SentSmsQuotas;
  readonly unknownError: (error: unknown) => void;
  readonly now: () => number;
  readonly randomness: Randomness;
}): SentSms {
  const { store, quotas } = parts;
  const names = createSmsNames({ ...parts, goodForMs: quotas.nameGoodForMs });
  return {
    names,
    reported(key, report) {
      store.settle(names.macOfKey(key), report).catch(parts.unknownError);
    },
    sweep: ({ dayAgoMs }) => store.forget(dayAgoMs - quotas.rememberedMs),
  };
}
