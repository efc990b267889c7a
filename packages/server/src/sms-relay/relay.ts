// Sends SMS for devices without a SIM: outbound only, under the sender's own number in the text, each once at most. Numbers and
// text live in one function's variables until the transport was asked; what is kept is that there was one, and what became of it.
import { createHmac } from "node:crypto";
import {
  AssentError,
  type CellId,
  type PhoneNumber,
  type RelayedSms,
  relayedText,
  smsPartsOf,
} from "@assent/protocol";
import type { KnownDevice } from "../accounts/devices.ts";
import type { After } from "../after.ts";
import type { SealingRole, VoprfRole } from "../cell/roles.ts";
import type { Evaluator } from "../computing/computing.ts";
import type { Admission } from "../limits/admission.ts";
import type { GivenBack } from "../limits/counters.ts";
import type { Randomness } from "../randomness.ts";
import { requireHeld } from "../registration/held-number.ts";
import type { NeverList } from "../registration/never-list.ts";
import { prefixesOf, type UnprovedCodes } from "../registration/unproved-codes.ts";
import type { SmsTransport } from "../sms/transport.ts";
import type { SmsNames } from "./names.ts";
import type { RelayAllowance } from "./relay-allowance.ts";
import { openSms, type SealedSms } from "./sealed-sms.ts";
import type { KeptSmsState, SmsRelayStore } from "./store.ts";

/** What a device is told of an SMS. */
export type RelayedState =
  /** It is being handed over. */
  | "accepted"
  | "handed"
  | "delivered"
  | "failed"
  /** It may have gone out. */
  | "not-known"
  /** Nothing is kept of it. As the answer to `send`: nothing went out for this asking. */
  | "none";

export interface AskedSms extends SealedSms {
  readonly name: Uint8Array;
  /** Where it comes from. */
  readonly network: string;
}

export interface SmsRelay {
  /** @throws AssentError not_offered, busy, rate_limited */
  name(device: KnownDevice): Promise<Uint8Array>;

  /**
   * Sends what was named, the first time that it is asked for. Nothing went out where it throws, and the name is good still.
   * @throws AssentError key_outdated, request_invalid (also where the sender's number is not the account's), request_too_large,
   *   number_invalid, number_refused, signed_out, rate_limited, sms_failed, busy, not_offered
   */
  send(device: KnownDevice, asked: AskedSms): Promise<RelayedState>;

  /** In the order of the names. */
  states(device: KnownDevice, names: readonly Uint8Array[]): Promise<readonly RelayedState[]>;

  /** Waits for what is under way. The transport is closed before. */
  close(): Promise<void>;
}

export interface SmsRelayParts {
  readonly cellId: CellId;
  /** Why nothing is begun now, where nothing is. What was begun is told of all the same. */
  readonly refusal: () => "not_offered" | "busy" | undefined;
  readonly store: SmsRelayStore;
  readonly names: SmsNames;
  readonly sealing: SealingRole;
  readonly voprf: Pick<VoprfRole, "current" | "ofEpoch">;
  readonly evaluator: Pick<Evaluator, "evaluateInput">;
  /** To what is dear. */
  readonly admission: Admission;
  readonly allowance: RelayAllowance;
  readonly neverList: Pick<NeverList, "has">;
  readonly unproved: Pick<UnprovedCodes, "require">;
  readonly numberOf: (
    accountId: Uint8Array,
  ) => Promise<{ readonly lookupHash: Uint8Array; readonly voprfEpoch: number } | undefined>;
  /** Of the registration room. */
  readonly secret: Uint8Array;
  readonly sendSms: SmsTransport["send"];
  /** Hears of how many SMS were handed over, and nothing more. */
  readonly relayed: (parts: number) => void;
  readonly unknownError: (error: unknown) => void;
  readonly quotas: SmsRelayQuotas;
  /** As `WatchedTime.stampMs`. */
  readonly stampMs: () => number;
  readonly after: After;
  readonly randomness: Randomness;
}

export interface SmsRelayQuotas {
  /** A provider that could not deliver it for so long drops it. */
  readonly validForMs: number;
  /** Who asked is told then that it was accepted, where nothing else is known. */
  readonly answerWithinMs: number;
}

export function createSmsRelay(parts: SmsRelayParts): SmsRelay {
  const { store, names, allowance, quotas } = parts;
  // By the MAC of the name, in hex: whoever asks again meanwhile waits for the same.
  const underWay = new Map<string, Promise<RelayedState>>();

  /** @throws AssentError not_offered, busy */
  function requireBeginning(): void {
    const code = parts.refusal();
    if (code !== undefined) throw new AssentError(code);
  }

  function recipientMac(to: PhoneNumber): Uint8Array {
    return new Uint8Array(
      createHmac("sha256", parts.secret).update("relayed to").update(to).digest(),
    );
  }

  /** A row that was noted and that nobody is at work on is of a service that stopped, or of a transport that did not answer. */
  function toldOf(kept: KeptSmsState | undefined, nameMac: Uint8Array): RelayedState {
    if (kept !== "noted") return kept ?? "none";
    return underWay.has(keyOf(nameMac)) ? "accepted" : "not-known";
  }

  /** Each check is dearer than those before it. */
  async function read(device: KnownDevice, asked: AskedSms): Promise<RelayedSms> {
    const { cellId } = parts;
    const bound = { cellId, deviceId: device.deviceId, name: asked.name };
    const sms = await openSms(parts.sealing, asked, bound);
    const held = await parts.numberOf(device.accountId);
    if (!held) throw new AssentError("signed_out");
    await requireHeld(parts, sms.from, held);
    parts.unproved.require(prefixesOf(sms.to));
    if (await parts.neverList.has(sms.to)) throw new AssentError("number_refused");
    return sms;
  }

  async function sendNamed(
    device: KnownDevice,
    asked: AskedSms,
    nameMac: Uint8Array,
  ): Promise<RelayedState> {
    const [before] = await store.states([nameMac]);
    if (before) return before === "noted" ? "not-known" : before;
    if (!names.isGood(device.deviceId, asked.name)) return "none";
    requireBeginning();
    await allowance.countAsked(device.lookupHash);
    const sms = await parts.admission.admit(asked.network, () => read(device, asked));
    const key = Buffer.from(parts.randomness.bytes(16)).toString("hex");
    const keyMac = names.macOfKey(key);
    const { deviceId } = device;
    const noted = await store.note({ deviceId, nameMac, keyMac, notedAt: parts.stampMs() });
    if (!noted) throw new AssentError("signed_out");
    if (noted !== "noted") return noted.before === "noted" ? "not-known" : noted.before;
    const text = relayedText(sms);
    const count = smsPartsOf(text).parts.length;
    let counted: readonly GivenBack[];
    try {
      const { lookupHash } = device;
      const { to } = sms;
      counted = await allowance.countSent({
        lookupHash,
        to,
        recipientMac: recipientMac(to),
        parts: count,
      });
    } catch (error) {
      await store.takeBack(keyMac);
      throw error;
    }
    return handOver({ key, to: sms.to, text, count, counted, keyMac });
  }

  async function handOver(sms: {
    readonly key: string;
    readonly to: PhoneNumber;
    readonly text: string;
    readonly count: number;
    readonly counted: readonly GivenBack[];
    readonly keyMac: Uint8Array;
  }): Promise<RelayedState> {
    const { key, to, text, keyMac } = sms;
    const validForSeconds = quotas.validForMs / 1_000;
    const outcome = await parts.sendSms({ key, to, text, validForSeconds });
    switch (outcome.kind) {
      case "accepted":
        parts.relayed(sms.count);
        return (await settled(keyMac, "handed")) ?? "handed";
      case "unknown":
        return "not-known";
      case "refused":
        return (await settled(keyMac, "failed")) ?? "failed";
      case "unavailable":
        await store.takeBack(keyMac);
        await allowance.giveBack(sms.counted);
        throw new AssentError("sms_failed");
    }
  }

  /** A device has one call under way at a time: no provider holds up its others for long. */
  async function soonest(sending: Promise<RelayedState>): Promise<RelayedState> {
    const late = Promise.withResolvers<RelayedState>();
    const stop = parts.after(quotas.answerWithinMs, () => {
      late.resolve("accepted");
      // What is refused now is refused again, to whoever asks again.
      sending.catch((error) => error instanceof AssentError || parts.unknownError(error));
    });
    try {
      return await Promise.race([sending, late.promise]);
    } finally {
      stop();
    }
  }

  /** From here on something may have gone out: what cannot be written down is no error of the SMS. */
  async function settled(
    keyMac: Uint8Array,
    state: "handed" | "failed",
  ): Promise<RelayedState | undefined> {
    try {
      const now = await store.settle(keyMac, state);
      return now === "noted" ? undefined : now;
    } catch (error) {
      parts.unknownError(error);
      return undefined;
    }
  }

  return {
    async name(device) {
      requireBeginning();
      await allowance.countName(device.lookupHash);
      return names.name(device.deviceId);
    },

    send(device, asked) {
      const nameMac = names.macOfName(device.deviceId, asked.name);
      const key = keyOf(nameMac);
      const known = underWay.get(key);
      if (known !== undefined) return soonest(known);
      const sending = sendNamed(device, asked, nameMac).finally(() => underWay.delete(key));
      underWay.set(key, sending);
      return soonest(sending);
    },

    async states(device, asked) {
      const nameMacs = asked.map((name) => names.macOfName(device.deviceId, name));
      const kept = await store.states(nameMacs);
      return nameMacs.map((nameMac, index) => toldOf(kept[index], nameMac));
    },

    async close() {
      await Promise.allSettled(underWay.values());
    },
  };
}

function keyOf(nameMac: Uint8Array): string {
  return Buffer.from(nameMac).toString("hex");
}
