// For tests only: the room over a store in memory, with a transport that does as a test says, and devices whose numbers
// evaluate to themselves.
import {
  AssentError,
  type CellId,
  concat,
  generateSealingKeyPair,
  handleKeys,
  lookupHashOf,
  openSeal,
  type PhoneNumber,
  type RelayedSms,
  randomBytes,
  sealSms,
  sha256,
  voprfInput,
} from "@assent/protocol";
import type { KnownDevice } from "../accounts/devices.ts";
import { createAdmission } from "../limits/admission.ts";
import { createCountedKeyOf } from "../limits/counted-key.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { TimeForTests } from "../push/time-for-tests.ts";
import { systemRandomness } from "../randomness.ts";
import { createUnprovedCodes, prefixesOf } from "../registration/unproved-codes.ts";
import type { OutgoingSms, SmsOutcome } from "../sms/transport.ts";
import { MemoryRelayStore } from "./memory-store-for-tests.ts";
import { createSmsRelay, type SmsRelay, type SmsRelayParts } from "./relay.ts";
import { createRelayAllowance } from "./relay-allowance.ts";
import { createSentSms } from "./sent-sms.ts";

export const alice = "+4915123456789" as PhoneNumber;
export const bob = "+4915123456780" as PhoneNumber;

const cellId = randomBytes(32) as CellId;
const secret = randomBytes(32);
const epoch = { epoch: 1, pair: { privateKey: randomBytes(32), publicKey: randomBytes(32) } };
export async function openRelay() {
  const fails = (error: unknown) => {
    throw error;
  };
  const store = new MemoryRelayStore();
  const pair = await generateSealingKeyPair();
  const time = new TimeForTests();
  time.nowMs = Date.UTC(2030, 0, 1);
  const now = () => time.nowMs;
  const counters = createMemoryCounters(1_000);
  const unwilling = new Set<PhoneNumber>();
  const unproved = createUnprovedCodes({
    smsPerDay: 10_000,
    quotas: quotas.registration.unproved,
    now,
    heldBack: () => undefined,
  });
  const handed: OutgoingSms[] = [];
  const relayedParts: number[] = [];
  let refusal: ReturnType<SmsRelayParts["refusal"]>;
  let send: (sms: OutgoingSms) => Promise<SmsOutcome> = async ({ key }) => ({
    kind: "accepted",
    id: key,
  });

  /** As a service starts on what is there. */
  function start(lineage = 1) {
    const sent = createSentSms({
      store,
      secret,
      lineage,
      quotas: quotas.smsRelay,
      unknownError: fails,
      now,
      randomness: systemRandomness,
    });
    const started = createSmsRelay({
      cellId,
      refusal: () => refusal,
      store,
      names: sent.names,
      sealing: {
        async open(purpose, sealingEpoch, sealed, data) {
          if (sealingEpoch !== 1) throw new AssentError("key_outdated");
          return openSeal(pair.privateKey, purpose, sealed, data);
        },
      },
      voprf: { current: () => epoch, ofEpoch: () => undefined },
      evaluator: {
        evaluateInput: async (input, keys) =>
          keys.map(() => ({
            handle: handleOf(input),
            evaluatedElement: new Uint8Array(32),
            proof: new Uint8Array(64),
          })),
      },
      admission: createAdmission(quotas.computing.registrations),
      allowance: createRelayAllowance({
        counters,
        peerCounters: createMemoryCounters(1_000),
        countedKeyOf: createCountedKeyOf(secret),
        smsPerDay: 1_000,
        tariff: { priceTo: () => 0, budgetPerDay: undefined },
        quotas: quotas.smsRelay,
        now,
      }),
      neverList: { has: async (number) => unwilling.has(number) },
      unproved,
      numberOf: async (accountId) => numbers.get(Buffer.from(accountId).toString("hex")),
      secret,
      sendSms: (sms) => {
        handed.push(sms);
        return send(sms);
      },
      relayed: (parts) => relayedParts.push(parts),
      unknownError: fails,
      quotas: quotas.smsRelay,
      stampMs: now,
      after: time.after,
      randomness: systemRandomness,
    });
    return { relay: started, sent };
  }

  const numbers = new Map<string, { lookupHash: Uint8Array; voprfEpoch: number }>();

  function turnOn(number: PhoneNumber): KnownDevice {
    const lookupHash = lookupHashOf(handleKeys(handleOf(voprfInput(number))).lookupKey);
    const accountId = randomBytes(32);
    const device = {
      deviceId: randomBytes(32),
      signatureKey: randomBytes(32),
      mailboxId: randomBytes(16),
    };
    store.addDevice(device.deviceId);
    numbers.set(Buffer.from(accountId).toString("hex"), { lookupHash, voprfEpoch: 1 });
    return { ...device, accountId, lookupHash };
  }

  const { relay, sent } = start();
  return {
    relay,
    sent,
    start,
    store,
    time,
    handed,
    relayedParts,
    unwilling,
    turnOn,
    /** Codes to where this number is are not proved. */
    holdBack(number: PhoneNumber) {
      for (let key = 0; key < 2_000; key += 1) unproved.sending(String(key), prefixesOf(number));
    },
    /** Nothing is begun from now on. */
    refuse(code: typeof refusal) {
      refusal = code;
    },
    provider(does: (sms: OutgoingSms) => Promise<SmsOutcome>) {
      send = does;
    },
    /** @param sealedFor where it is sealed under another name, or by another device. */
    async ask(
      device: KnownDevice,
      name: Uint8Array,
      sms: Partial<RelayedSms> & { readonly by?: SmsRelay } = {},
      sealedFor: { readonly deviceId?: Uint8Array; readonly name?: Uint8Array } = {},
    ) {
      const { by = relay, ...given } = sms;
      const written = { from: alice, to: bob, text: "On my way.", ...given };
      const bound = { cellId, deviceId: device.deviceId, name, ...sealedFor };
      const sealedSms = await sealSms(pair.publicKey, written, bound);
      return by.send(device, { name, sealingEpoch: 1, sealedSms, network: "192.0.2" });
    },
    async stateOf(device: KnownDevice, name: Uint8Array, by: SmsRelay = relay) {
      const [state] = await by.states(device, [name]);
      return state;
    },
  };
}

/** Another number, another handle. */
function handleOf(input: Uint8Array): Uint8Array {
  const half = sha256(input);
  return concat(half, sha256(half));
}
