// Texts that wait in the folder of a service that is stopped: written as its own stores write them, for phones that nobody
// registered, since to register a hundred thousand takes an hour.
import { randomBytes } from "@assent/protocol";
import type { StoredPut } from "../../packages/server/src/mailbox/store.ts";
import { systemRandomness } from "../../packages/server/src/randomness.ts";
import { openEmbeddedStores } from "../../packages/server/src/storage/embedded-stores.ts";
import type { Stores } from "../../packages/server/src/storage/stores.ts";
import { inParallel } from "../scale.ts";
import { bodyBytes } from "./side.ts";

const textsAtOnce = 2_000;
const limit = {
  ...{ envelopes: 10_000, bytes: 2 ** 30, provisionalEnvelopes: 0, provisionalBytes: 0 },
  ...{ fullEnvelopes: 10_000, fullBytes: 2 ** 30 },
};

/** So many in each of so many mailboxes. */
export async function leaveWaiting(
  folder: string,
  mailboxes: number,
  textsInEach: number,
): Promise<void> {
  const fails = (error: unknown) => {
    throw error;
  };
  const parts = { randomness: systemRandomness, crashed: fails, diskFailed: fails };
  const stores = await openEmbeddedStores(folder, parts);
  try {
    const ids = await inParallel(mailboxes, 200, () => newMailbox(stores));
    const body = randomBytes(bodyBytes);
    // Texts of one mailbox stand apart, as they do where they come over days.
    for (let round = 0; round < textsInEach; round += 1) {
      for (let from = 0; from < ids.length; from += textsAtOnce) {
        const some = ids.slice(from, from + textsAtOnce);
        await putAll(
          stores,
          some.map((mailboxId) => putFor(stores, mailboxId, body)),
        );
      }
    }
  } finally {
    await stores.close();
  }
}

async function newMailbox({ accounts }: Stores): Promise<Uint8Array> {
  const mailboxId = randomBytes(16);
  const [bucketBits = 0, tag = 0] = crypto.getRandomValues(new Uint32Array(2));
  await accounts.create({
    accountId: randomBytes(32),
    place: { lookupHash: randomBytes(32), voprfEpoch: 1, bucketBits, tag },
    formerLookupHashes: [],
    sealedRecord: randomBytes(256),
    manifest: { encoded: randomBytes(1_400), signature: randomBytes(64) },
    manifestVersion: 1,
    invitation: undefined,
    device: { deviceId: randomBytes(32), signatureKey: randomBytes(32), mailboxId },
    claim: { serial: randomBytes(16), expiresAt: 0 },
    now: Date.now(),
  });
  return mailboxId;
}

function putFor({ mailbox }: Stores, mailboxId: Uint8Array, body: Uint8Array): StoredPut {
  const address = { generation: 1, serial: randomBytes(16), kind: "full" as const };
  return {
    address: { ...address, mailbox: mailbox.mailbox(mailboxId) },
    bytes: Buffer.concat([randomBytes(32), body]),
    envelopeIdAt: 0,
    bodyAt: 32,
    bodyLength: body.length,
    quiet: false,
    now: Date.now(),
    limit,
    handsOut: false,
    after: -1,
  };
}

function putAll({ mailbox }: Stores, puts: readonly StoredPut[]): Promise<void> {
  return new Promise((resolve, reject) => {
    mailbox.put(puts, {
      putsSettled(_puts, outcomes) {
        const areStored = outcomes.every(({ kind }) => kind === "stored");
        if (areStored) resolve();
        else reject(new Error("a text was not stored"));
      },
    });
  });
}
