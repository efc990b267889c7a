// Wakes devices by their browsers' push services while no inbox of theirs is open. What it says to them is that something
// came, and nothing else. Outgoing connections are the operator's choice: without it nothing is sent, and nothing new kept.
import type { After } from "../after.ts";
import type { PushRole } from "../cell/roles.ts";
import type { Counters, Quota } from "../limits/counters.ts";
import type { Randomness } from "../randomness.ts";
import { createDelivery, type Delivered } from "./deliver.ts";
import { createEndpoints } from "./endpoints.ts";
import { isPublicAddress } from "./public-address.ts";
import { createSending } from "./sending.ts";
import type { PushStore } from "./store.ts";
import { Subscriptions } from "./subscriptions.ts";
import { DeviceWaking } from "./waking.ts";

/** What the operator chose. */
export interface PushConfig {
  /** Beside those of the big browsers' makers. */
  readonly services: readonly string[];
}

/** Where pushes may go in tests, which have push services of their own on this machine. */
export interface PushWay {
  readonly isPublic: (address: string) => boolean;
  /** Whose certificates are believed. */
  readonly ca: string;
}

export interface PushQuotas {
  readonly sets: Quota;
  readonly everyMs: number;
  readonly atOnce: number;
  readonly mostWaiting: number;
  readonly answerMs: number;
  readonly idleMs: number;
  readonly firstRestMs: number;
  readonly longestRestMs: number;
  readonly mostResting: number;
}

export interface PushParts {
  readonly config: PushConfig | undefined;
  readonly store: PushStore;
  readonly keys: PushRole;
  /** An inbox is open on it. @param mailbox its id, a character a byte */
  readonly isListening: (mailbox: string) => boolean;
  /** Where the service says that it is reached, now. */
  readonly origins: () => readonly string[];
  readonly posted: (outcome: Delivered["kind"]) => void;
  readonly unknownError: (error: unknown) => void;
  readonly quotas: PushQuotas;
  readonly counters: Counters;
  readonly way: PushWay | undefined;
  readonly now: () => number;
  readonly elapsedMs: () => number;
  readonly after: After;
  readonly randomness: Randomness;
}

export interface Push {
  readonly subscriptions: Subscriptions;
  /** Undefined where nobody is woken. */
  readonly waking: DeviceWaking | undefined;
  close(): void;
}

export async function openPush(parts: PushParts): Promise<Push> {
  const { config, quotas, way, origins } = parts;
  const endpoints = config && createEndpoints(config.services);
  const { sets } = quotas;
  const subscriptions = await Subscriptions.open({ ...parts, endpoints, sets });
  if (!config) return { subscriptions, waking: undefined, close: () => undefined };
  const delivery = createDelivery({
    isPublic: way?.isPublic ?? isPublicAddress,
    ca: way?.ca,
    answerMs: quotas.answerMs,
    idleMs: quotas.idleMs,
    connections: quotas.atOnce,
    after: parts.after,
    now: parts.now,
  });
  const waking = new DeviceWaking({
    ...parts,
    ...quotas,
    subscriptions,
    send: createSending({
      ...parts,
      ...quotas,
      delivery,
      contact: () => origins().find((origin) => origin.startsWith("https:")),
    }),
  });
  return {
    subscriptions,
    waking,
    close() {
      waking.close();
      delivery.close();
    },
  };
}
