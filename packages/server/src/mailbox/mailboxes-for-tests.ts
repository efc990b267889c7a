// For tests only: mailboxes on a real store, without sockets, with one mailbox, its device and its senders.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { randomBytes } from "@assent/protocol";
import { newAccount } from "../accounts/account-for-tests.ts";
import { createMemoryCounters } from "../limits/memory-counters.ts";
import { quotas } from "../limits/quotas.ts";
import { systemRandomness } from "../randomness.ts";
import { createAddresses } from "./addresses.ts";
import { createEmbeddedWakeups } from "./embedded-wakeups.ts";
import type { HandedOut, Inbox, InboxEnd } from "./inbox.ts";
import { createMailboxes, type MailboxParts } from "./mailbox.ts";
import { putOn } from "./sending-for-tests.ts";
import type { AddressKind, MailboxStore } from "./store.ts";
import { createTickets } from "./tickets.ts";

const dayMs = 86_400_000;

/** What of storage is used here; accounts are made as it wants them. */
interface StoresForTests {
  readonly mailbox: MailboxStore;
  readonly accounts: {
    create(account: AccountForTests): Promise<unknown>;
    end(accountId: Uint8Array, now: number): Promise<unknown>;
    restart(device: RestartForTests): Promise<{ readonly kind: string }>;
  };
  close(): Promise<void>;
}

interface OpeningForTests {
  readonly randomness: typeof systemRandomness;
  readonly crashed: (error: unknown) => void;
  readonly diskFailed: (error: unknown) => void;
}

type AccountForTests = ReturnType<typeof newAccount>;
type RestartForTests = ReturnType<typeof aRestart>;

export const body = randomBytes(512);

/** A device that listens: what it was handed, and how it ended. */
export class Device {
  readonly handed: HandedOut[] = [];
  takesMore = true;
  inbox!: Inbox;
  #heard = Promise.withResolvers<void>();
  readonly #settled: PromiseWithResolvers<boolean>[] = [];
  readonly #ended = Promise.withResolvers<InboxEnd>();

  deliver(handedOut: HandedOut): void {
    this.handed.push(handedOut);
    this.#heard.resolve();
  }

  acknowledged(_position: number, isDone: boolean): void {
    this.#settled.shift()?.resolve(isDone);
  }

  /** Whether what is acknowledged next was done. */
  nextAcknowledged(): Promise<boolean> {
    const settled = Promise.withResolvers<boolean>();
    this.#settled.push(settled);
    return settled.promise;
  }

  async acknowledge(position: number): Promise<void> {
    const isDone = this.nextAcknowledged();
    this.inbox.acknowledge(position);
    assert.ok(await isDone);
  }

  ended(why: InboxEnd): void {
    this.#ended.resolve(why);
  }

  failed(error: unknown): void {
    this.#heard.reject(error);
  }

  get end(): Promise<InboxEnd> {
    return this.#ended.promise;
  }

  get positions(): number[] {
    return this.handed.flatMap(({ envelopes }) => envelopes.map(({ position }) => position));
  }

  /** Resolves once this many deliveries came. */
  async deliveries(count: number): Promise<HandedOut> {
    while (this.handed.length < count) {
      this.#heard = Promise.withResolvers();
      await this.#heard.promise;
    }
    return this.handed[count - 1] as HandedOut;
  }
}

function aRestart(deviceId: Uint8Array, generation: number) {
  return { deviceId, generation, singleUse: [], lastResort: undefined, now: 0 };
}

/** Mailboxes on a new store, with one mailbox, and what its senders and its device do. */
export async function beginOn(
  openStores: (folder: string, parts: OpeningForTests) => Promise<StoresForTests>,
  context: TestContext,
  changes: Partial<MailboxParts> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "assent-mailboxes-"));
  const fails = (error: unknown) => assert.fail(String(error));
  const stores = await openStores(folder, {
    randomness: systemRandomness,
    crashed: fails,
    diskFailed: fails,
  });
  context.after(async () => {
    await stores.close();
    await rm(folder, { recursive: true, force: true });
  });
  const clock = { nowMs: 20_000 * dayMs };
  const key = { epoch: 1, key: randomBytes(32) };
  const parts: MailboxParts = {
    store: stores.mailbox,
    lineage: await stores.mailbox.lineage(),
    wakeups: createEmbeddedWakeups(),
    watch: { arrived: () => undefined, stopped: () => undefined },
    addresses: createAddresses({ current: () => key, ofEpoch: () => key }, systemRandomness),
    tickets: createTickets(randomBytes(32), systemRandomness),
    quotas: quotas.mailbox,
    now: () => clock.nowMs,
    time: { stampMs: () => clock.nowMs, earliestMs: () => clock.nowMs },
    envelopeStored: () => undefined,
    elapsedMs: () => clock.nowMs,
    randomness: systemRandomness,
    counters: createMemoryCounters(1_000),
    ...changes,
  };
  const mailboxes = createMailboxes(parts);
  const account = newAccount({ now: clock.nowMs });
  const { accountId } = account;
  const { mailboxId, deviceId } = account.device;
  await stores.accounts.create(account);

  function address(
    changed: Partial<{ mailboxId: Uint8Array; generation: number; kind: AddressKind }> = {},
  ) {
    return parts.addresses.mint({
      mailboxId,
      serial: randomBytes(16),
      kind: "full",
      expiresAt: clock.nowMs + 90 * dayMs,
      lineage: parts.lineage,
      generation: 1,
      ...changed,
    });
  }

  return {
    stores,
    clock,
    parts,
    mailboxes,
    mailboxId,
    address,
    end: async () => {
      await stores.accounts.end(accountId, clock.nowMs);
      mailboxes.end([mailboxId]);
    },
    restart: (generation: number) => stores.accounts.restart(aRestart(deviceId, generation)),
    /** Its ticket, or what it was answered with. */
    async put(capability: Uint8Array, envelopeId: Uint8Array = randomBytes(32)) {
      const [answer] = await putOn(mailboxes, [{ capability, envelopeId, body }]);
      assert.ok(answer);
      if (answer.kind === "stored") return new Uint8Array(answer.ticket.bytes());
      return answer.kind === "refused" ? answer.code : answer.kind;
    },
    async listen() {
      const device = new Device();
      const inbox = await mailboxes.openInbox(mailboxId, device);
      assert.ok(inbox);
      device.inbox = inbox;
      inbox.listen();
      context.after(() => inbox.close());
      return device;
    },
  };
}

export async function ticketOf(answer: Promise<Uint8Array | string>): Promise<Uint8Array> {
  const ticket = await answer;
  assert.ok(typeof ticket !== "string", String(ticket));
  return ticket;
}
