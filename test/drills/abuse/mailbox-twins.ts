// Two mailboxes to which the same is done, but for one thing, and what a sender is answered by each: where the answers are
// alike, the sender cannot tell. In steps that are drawn, and in some that must be among them.
import assert from "node:assert/strict";
import {
  addKeyPackages,
  makePhone,
  mint,
  type OutboxResult,
  openInbox,
  openOutbox,
  type Phone,
  type TestInbox,
  type TestOutbox,
  turnOn,
} from "@assent/bare-phone";
import {
  EnvelopeStatus,
  envelopeIdOf,
  PutOutcome,
  RevokeOutcome,
  randomBytes,
} from "@assent/protocol";
import fc from "fast-check";
import type { ServerForTests } from "../../../packages/server/src/server-for-tests.ts";
import { takeAll } from "./take-all.ts";

const hourMs = 3_600_000;
const frameOfPuts = 50;

/** A mailbox, a sender's full address in it, a friend's, and a stranger's. */
class Mailbox {
  readonly #server: ServerForTests;
  readonly #phone: Phone;
  readonly #addresses: Record<"sender" | "friend" | "stranger", Uint8Array>;
  readonly #outbox: TestOutbox;
  readonly #sent: { secret: Uint8Array; ticket: Uint8Array }[] = [];
  #inbox: TestInbox | undefined;
  /** What the sender was answered. */
  readonly answers: string[] = [];

  private constructor(
    server: ServerForTests,
    phone: Phone,
    addresses: Record<"sender" | "friend" | "stranger", Uint8Array>,
    outbox: TestOutbox,
  ) {
    this.#server = server;
    this.#phone = phone;
    this.#addresses = addresses;
    this.#outbox = outbox;
  }

  static async make(server: ServerForTests, number: string, isBlocked: boolean): Promise<Mailbox> {
    const phone = await makePhone(server, number);
    await turnOn(server, phone, server.clock.nowMs);
    await addKeyPackages(phone, [randomBytes(100)]);
    const inbox = await openInbox(server, phone);
    await inbox.until("delivery");
    const [sender, friend] = await mint(inbox, 2);
    assert.ok(sender && friend);
    if (isBlocked) {
      inbox.ask({ case: "blockAddresses", value: { block: [sender.serial] } });
      await inbox.until("addressesBlocked");
    }
    inbox.webSocket.terminate();
    const { accountId } = phone;
    const [device] = (await phone.directory.takeKeyPackages({ accountId })).devices;
    assert.ok(device);
    const addresses = {
      sender: sender.capability,
      friend: friend.capability,
      stranger: device.provisionalCapability,
    };
    return new Mailbox(server, phone, addresses, await openOutbox(server));
  }

  close(): void {
    this.#inbox?.webSocket.terminate();
    this.#outbox.webSocket.terminate();
  }

  /** As many puts of one sender; the last one's answer counts. */
  async put(by: "sender" | "friend" | "stranger", count: number, bytes: number): Promise<void> {
    let result: OutboxResult | undefined;
    let secret = randomBytes(32);
    for (let left = count; left > 0; left -= frameOfPuts) {
      const puts = Array.from({ length: Math.min(left, frameOfPuts) }, () => {
        secret = randomBytes(32);
        const envelopeId = envelopeIdOf(secret);
        return { capability: this.#addresses[by], envelopeId, body: randomBytes(bytes) };
      });
      const requests = puts.map((put) => this.#outbox.put(put));
      for (const request of requests) result = await this.#outbox.resultOf(request);
    }
    if (by === "sender") this.#note(secret, result);
  }

  /** One that was put before, under the same id. */
  async putAgain(which: number): Promise<void> {
    const before = this.#sent[which % this.#sent.length];
    if (!before) return;
    const { secret } = before;
    const envelopeId = envelopeIdOf(secret);
    const request = this.#outbox.put({ capability: this.#addresses.sender, envelopeId });
    this.#note(secret, await this.#outbox.resultOf(request));
  }

  /** With its ticket or without. */
  async revoke(which: number, showsTicket: boolean): Promise<void> {
    const sent = this.#sent[which % this.#sent.length];
    if (!sent) return;
    const { secret, ticket } = sent;
    const target = { capability: this.#addresses.sender, secret };
    const request = this.#outbox.revoke(showsTicket ? { ...target, ticket } : target);
    const result = await this.#outbox.resultOf(request);
    if (result.kind === "revoke") this.answers.push(`revoke: ${RevokeOutcome[result.outcome]}`);
    else if (result.kind === "error") this.answers.push(result.code);
  }

  async ask(which: number): Promise<void> {
    const sent = this.#sent[which % this.#sent.length];
    if (!sent) return;
    const { ticket } = sent;
    const request = this.#outbox.askStatus({ capability: this.#addresses.sender, ticket });
    const result = await this.#outbox.resultOf(request);
    this.answers.push(result.kind === "status" ? EnvelopeStatus[result.status] : result.kind);
  }

  /** The owner's phone comes online, takes all that waits, acknowledges it, and stays or goes. */
  async take(stays: boolean): Promise<void> {
    this.#inbox?.webSocket.terminate();
    const { inbox } = await takeAll(this.#server, this.#phone);
    this.#inbox = stays ? inbox : undefined;
    if (!stays) inbox.webSocket.terminate();
  }

  #note(secret: Uint8Array, result: OutboxResult | undefined): void {
    if (result?.kind === "put") {
      this.answers.push(PutOutcome[result.outcome]);
      // One that was taken back is put and asked about as before.
      if (result.ticket.length > 0) this.#sent.push({ secret, ticket: result.ticket });
      this.answers.push(`ticket of ${result.ticket.length}`);
    } else if (result?.kind === "error") {
      this.answers.push(result.code);
    }
  }
}

/** What can happen to a mailbox, the same to both. */
export type Step =
  | { readonly kind: "put"; readonly by: "sender" | "friend" | "stranger"; readonly count: number }
  | { readonly kind: "put again"; readonly which: number }
  | { readonly kind: "ask"; readonly which: number }
  | { readonly kind: "revoke"; readonly which: number; readonly showsTicket: boolean }
  | { readonly kind: "take"; readonly stays: boolean }
  | { readonly kind: "wait"; readonly hours: number };

/** In which an address fills up, too, and tickets grow old. */
export const allSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("put" as const),
        by: fc.constant("sender" as const),
        count: fc.constantFrom(1, 2, 900),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("put" as const),
        by: fc.constantFrom("friend" as const, "stranger" as const),
        count: fc.constantFrom(1, 2, 300),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom<"put again" | "ask">("put again", "ask"),
        which: fc.nat(5_000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("revoke" as const),
        which: fc.nat(5_000),
        showsTicket: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("take" as const), stays: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("wait" as const),
        hours: fc.constantFrom(1, 30, 721, 750),
      }),
    },
  ),
  { minLength: 4, maxLength: 16 },
);

async function doStep(mailbox: Mailbox, step: Exclude<Step, { kind: "wait" }>): Promise<void> {
  if (step.kind === "put") await mailbox.put(step.by, step.count, 512);
  else if (step.kind === "put again") await mailbox.putAgain(step.which);
  else if (step.kind === "ask") await mailbox.ask(step.which);
  else if (step.kind === "revoke") await mailbox.revoke(step.which, step.showsTicket);
  else if (step.kind === "take") await mailbox.take(step.stays);
}

/** What must be among the sequences, whatever is drawn. */
export const someSequences: readonly Step[][] = [
  // Full, and room again once the owner took: in the address, in the pool of strangers, in the mailbox.
  [
    { kind: "put", by: "sender", count: 2_000 },
    { kind: "put", by: "sender", count: 1 },
    { kind: "put", by: "friend", count: 1 },
    { kind: "take", stays: true },
    { kind: "put", by: "sender", count: 1 },
    { kind: "ask", which: 0 },
    { kind: "put again", which: 1 },
  ],
  // Whoever asks after 30 days learns whether it was taken, and no more: where the owner came, and where nobody did.
  [
    { kind: "put", by: "sender", count: 2 },
    { kind: "put", by: "stranger", count: 500 },
    { kind: "take", stays: false },
    { kind: "put", by: "sender", count: 1 },
    { kind: "ask", which: 0 },
    { kind: "wait", hours: 750 },
    { kind: "wait", hours: 30 },
    { kind: "take", stays: false },
    { kind: "ask", which: 0 },
    { kind: "ask", which: 1 },
  ],
  // Taken back while it waits, with what stands before it and behind it; refused once the owner took it, and while it listens.
  [
    { kind: "put", by: "friend", count: 1 },
    { kind: "put", by: "sender", count: 1 },
    { kind: "put", by: "sender", count: 1 },
    { kind: "put", by: "sender", count: 1 },
    { kind: "revoke", which: 1, showsTicket: true },
    { kind: "put again", which: 1 },
    { kind: "ask", which: 1 },
    { kind: "revoke", which: 2, showsTicket: false },
    { kind: "take", stays: true },
    { kind: "revoke", which: 0, showsTicket: true },
    { kind: "put", by: "sender", count: 1 },
    { kind: "revoke", which: 3, showsTicket: false },
    { kind: "put again", which: 3 },
    { kind: "revoke", which: 3, showsTicket: true },
    { kind: "put", by: "sender", count: 2 },
  ],
  // More than is sent ahead to a phone that listens and acknowledges nothing, until the address is full.
  [
    { kind: "take", stays: true },
    { kind: "put", by: "sender", count: 1 },
    { kind: "put", by: "sender", count: 900 },
    { kind: "put", by: "friend", count: 1 },
    { kind: "revoke", which: 0, showsTicket: true },
    { kind: "revoke", which: 1, showsTicket: false },
    { kind: "put again", which: 1 },
    { kind: "put", by: "sender", count: 1_200 },
    { kind: "put", by: "sender", count: 1 },
    { kind: "take", stays: false },
    { kind: "put", by: "sender", count: 1 },
  ],
];
/** What a sender can be answered, and is by those. */
const allAnswers = [
  ...["STORED", "mailbox_full", "HELD", "HANDED", "EXPIRED", "REVOKED"],
  ...["revoke: REVOKED", "revoke: HANDED", "revoke: NOT_KNOWN"],
];

/** In which no address fills up, and no ticket is 30 days old. */
export const youngSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("put" as const),
      by: fc.constantFrom("sender" as const, "friend" as const, "stranger" as const),
      count: fc.constantFrom(1, 2),
    }),
    fc.record({
      kind: fc.constantFrom<"put again" | "ask">("put again", "ask"),
      which: fc.nat(5_000),
    }),
    fc.record({ kind: fc.constant("take" as const), stays: fc.boolean() }),
    fc.record({ kind: fc.constant("wait" as const), hours: fc.constantFrom(1, 40) }),
  ),
  { minLength: 4, maxLength: 16 },
);

/** What is different of the second mailbox: its owner blocked the sender, or never comes online. */
export type Difference = "blocked" | "owner away";

export class Twins {
  readonly #server: ServerForTests;
  /** What was answered. */
  readonly seen = new Set<string>();
  #numbersGiven = 0;

  constructor(server: ServerForTests) {
    this.#server = server;
  }

  /** @throws AssertionError where the sender could tell. */
  async answerAlike(sequence: readonly Step[], difference: Difference): Promise<void> {
    const one = await Mailbox.make(this.#server, this.#number(), false);
    const other = await Mailbox.make(this.#server, this.#number(), difference === "blocked");
    try {
      for (const step of sequence) {
        if (step.kind === "wait") {
          this.#server.clock.nowMs += step.hours * hourMs;
          await this.#server.sweep();
        } else {
          await doStep(one, step);
          const isAway = difference === "owner away" && step.kind === "take";
          if (!isAway) await doStep(other, step);
        }
        assert.deepEqual(other.answers, one.answers, `after ${JSON.stringify(step)}`);
      }
      for (const answer of one.answers) this.seen.add(answer);
    } finally {
      one.close();
      other.close();
    }
  }

  #number(): string {
    this.#numbersGiven += 1;
    return `+49151${20_000_000 + this.#numbersGiven}`;
  }
}

/** Those of the answers there can be that were not among them. */
export function unseenAnswers({ seen }: Pick<Twins, "seen">): string[] {
  return allAnswers.filter((answer) => !seen.has(answer));
}
