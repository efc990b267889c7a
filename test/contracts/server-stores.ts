// What the contracts of the service's stores start from: an adapter's stores, and an account in them. A mailbox, a record
// or a KeyPackage exists only with its account, so the ports are opened together.
import { randomBytes, sign, signedBytes } from "@assent/protocol";
import type {
  AccountChange,
  AskedRequest,
  NewAccount,
  StoredDevice,
} from "../../packages/server/src/accounts/store.ts";
import {
  type MailboxesForTests,
  mailboxesForTests,
  type PutForTests,
} from "../../packages/server/src/storage/mailboxes-for-tests.ts";
import type { Stores } from "../../packages/server/src/storage/stores.ts";

export {
  newAccount,
  newClaim,
  newDevice,
  newPlace,
} from "../../packages/server/src/accounts/account-for-tests.ts";

/** Mailboxes by ids and promises. */
export interface StoresForTests extends Omit<Stores, "mailbox"> {
  readonly mailbox: MailboxesForTests;
}

export interface StoresUnderTest {
  readonly stores: StoresForTests;
  /** Closes them and opens what they left. */
  reopen(): Promise<StoresForTests>;
}

export function storesForTests(stores: Stores): StoresForTests {
  return { ...stores, mailbox: mailboxesForTests(stores.mailbox) };
}

export type OpenStores = () => Promise<StoresUnderTest>;

/** As a device of `newDevice` asks. */
export async function newAsked(
  { deviceId }: Pick<NewAccount["device"], "deviceId">,
  counter: number,
): Promise<AskedRequest> {
  const message = randomBytes(40);
  const signature = await sign(deviceId, "request", message);
  const bodyHash = randomBytes(32);
  const procedure = "/assent.v1.DiscoveryService/Evaluate";
  return {
    deviceId,
    request: { procedure, counter, bodyHash, signature },
    signedBytes: signedBytes("request", message),
  };
}

/** Undefined where it is not there. It is asked under a counter that nobody has used. */
export async function storedDevice(
  accounts: Stores["accounts"],
  device: NewAccount["device"],
  counter = Number.MAX_SAFE_INTEGER,
): Promise<StoredDevice | undefined> {
  const outcome = await accounts.admit(await newAsked(device, counter));
  return "device" in outcome ? outcome.device : undefined;
}

/** Another record of the account, under the manifest it was made with. */
export function changeOf(
  { accountId, manifest, manifestVersion }: NewAccount,
  changes: Partial<AccountChange> = {},
): AccountChange {
  return {
    accountId,
    sequence: 2,
    sealedRecord: randomBytes(256),
    manifest,
    manifestVersion,
    move: undefined,
    ...changes,
  };
}

/** Into a mailbox with much room. */
export function newPut(mailboxId: Uint8Array, changes: Partial<PutForTests> = {}): PutForTests {
  return {
    mailboxId,
    generation: 1,
    serial: randomBytes(16),
    kind: "full",
    envelopeId: randomBytes(32),
    body: randomBytes(512),
    quiet: false,
    now: 0,
    limit: {
      envelopes: 999,
      bytes: 999_999,
      provisionalEnvelopes: 999,
      provisionalBytes: 999_999,
      fullEnvelopes: 999,
      fullBytes: 999_999,
    },
    handsOut: false,
    after: -1,
    ...changes,
  };
}
