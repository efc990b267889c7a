// For tests only: a log on files in memory, driven by seeded numbers, and beside it what was asked of it and what it answered:
// that is what has to hold after the power was cut.
import assert from "node:assert/strict";
import type { AddressKind, WaitingEnvelope } from "../../mailbox/store.ts";
import type { MailboxRowsPage } from "../mailbox-rows.ts";
import { putInFrame } from "../mailboxes-for-tests.ts";
import { EnvelopeLog, type MailboxRow } from "./envelope-log.ts";
import { FilesForTests, seededNumbers } from "./files-for-tests.ts";
import { ModelMailbox, type ModelRevoke, revokeInModel, textOf } from "./model-for-tests.ts";

export interface TestMailbox {
  row: MailboxRow;
  model: ModelMailbox;
  /** What was answered, of the current generation. */
  /** By position; nothing is kept of what was dropped. */
  stored: Map<number, string | undefined>;
  acknowledged: number;
  handed: number;
  lastStored: number;
}

const hourMs = 3_600_000;
const limit = {
  envelopes: 30,
  bytes: 6_000,
  provisionalEnvelopes: 6,
  provisionalBytes: 900,
  fullEnvelopes: 12,
  fullBytes: 3_000,
};
const revokeLimit = { ofMailbox: 4, ofAddress: 2 };
export const takesAll = { envelopes: 10_000, bytes: 10_000_000 };

export class LogForTests {
  files: FilesForTests;
  log!: EnvelopeLog;
  mailboxes: TestMailbox[] = [];
  failures: unknown[] = [];
  hour = 400_000;
  /** Put, and not waiting: nothing of them may be on the disk once it is erased. */
  readonly bodies = new Set<string>();
  /** Of all there ever were. */
  readonly mailboxIds: string[] = [];
  readonly below: (bound: number) => number;
  /** Of what was asked to be taken back. */
  readonly outcomes = new Set<string>();
  /** Bodies that a taking found; and those that were answered as taken back: none is both. */
  readonly #handedOut = new Set<string>();
  readonly #takenBack = new Set<string>();
  #ticks: (() => void)[] = [];
  #made = 0;

  constructor(seed: number, files = new FilesForTests(seed + 1)) {
    this.below = seededNumbers(seed);
    this.files = files;
    for (let count = 0; count < 3; count += 1) this.mailboxes.push(this.#newMailbox());
  }

  async open(mayBeMissing = true): Promise<void> {
    this.#ticks = [];
    this.log = await EnvelopeLog.open({
      files: this.files,
      rows: rowsOf(this.mailboxes),
      mayBeMissing,
      randomness: { bytes: (length) => this.#bytes(length), below: this.below },
      schedule: {
        laterThisTurn: (callback) => queueMicrotask(callback),
        every: (_ms, callback) => {
          this.#ticks.push(callback);
          return () => {};
        },
        wait: () => settled(),
      },
      room: { refusePutsBelowBytes: 1_000, ballastBytes: 2_048 },
      segmentBytes: 6_000,
      diskShort: () => {},
      fatal: (error) => this.failures.push(error),
    });
  }

  tick(): void {
    for (const tick of this.#ticks) tick();
  }

  /** One thing that is asked of the log, decided by numbers. */
  step(): void {
    const mailbox = this.#any(this.mailboxes);
    const which = this.below(44);
    if (which < 18) this.put(mailbox);
    else if (which < 23) this.#take(mailbox);
    else if (which < 30) this.#acknowledge(mailbox);
    else if (which < 36) this.tick();
    else if (which === 36) this.#expire();
    else if (which === 37) this.#restart(mailbox);
    else if (which === 38) this.#replace(mailbox);
    else if (which === 39) this.#block(mailbox);
    else this.#revoke(mailbox);
  }

  put(mailbox: TestMailbox): void {
    const { model, row } = mailbox;
    const kind = this.#any<AddressKind>(["provisional", "full", "full", "group"]);
    const serial = new Uint8Array(16).fill(this.below(3));
    const envelopeId = new Uint8Array(32);
    // Some come again.
    envelopeId.set(this.below(10) === 0 ? [this.below(3)] : this.#bytes(8));
    const body = this.#bytes(20 + this.below(300));
    this.#made += 1;
    Buffer.from(body.buffer).write(`body${String(this.#made).padStart(12, "0")}`);
    const now = this.hour * hourMs;
    const handsOut = this.below(2) === 0;
    const { generation, mailboxId } = row;
    const address = { mailboxId, generation, serial, kind };
    const put = putInFrame({ ...address, envelopeId, body, now, limit, handsOut });
    const handle = this.log.mailbox(row.mailboxId);
    assert.ok(handle);
    const outcome = this.log.put(handle, put);
    if (outcome.kind === "busy") return;
    const handed = model.handed;
    assert.deepEqual(outcome, model.put(put));
    if (outcome.kind === "stored") this.bodies.add(textOf(body));
    this.log.afterPuts((areStored) => {
      if (!areStored || mailbox.row.generation !== generation || !("position" in outcome)) return;
      if (outcome.kind !== "duplicate") {
        const kept = outcome.kind === "stored" ? textOf(body) : undefined;
        mailbox.stored.set(outcome.position, kept);
      }
      mailbox.lastStored = Math.max(mailbox.lastStored, outcome.position);
      if (model.handed > handed && handsOut) {
        mailbox.handed = Math.max(mailbox.handed, Math.min(outcome.position, model.handed));
      }
    });
  }

  /** The model knows more than was durable: it is held to what was answered alone. */
  putAfterCut({ row, lastStored }: TestMailbox): void {
    const handle = this.log.mailbox(row.mailboxId);
    assert.ok(handle);
    const body = this.#bytes(40);
    const put = putInFrame({
      ...{ ...row, serial: this.#bytes(16), kind: "full", envelopeId: this.#bytes(32), body },
      ...{ now: this.hour * hourMs, handsOut: false },
      limit: { ...limit, envelopes: 1_000, bytes: 1_000_000 },
    });
    const outcome = this.log.put(handle, put);
    this.bodies.add(textOf(body));
    assert.equal(outcome.kind, "stored");
    assert.ok("position" in outcome && outcome.position > lastStored);
  }

  #take(mailbox: TestMailbox): void {
    const { model, row } = mailbox;
    const handle = this.log.mailbox(row.mailboxId);
    assert.ok(handle);
    const after = this.below(3) === 0 ? 0 : model.handed;
    const some = { envelopes: 1 + this.below(8), bytes: 100 + this.below(2_000) };
    const expected = model.take(after, some);
    const { generation } = row;
    this.log.take(handle, generation, after, some).then(
      (taken) => {
        if (!taken || mailbox.row.generation !== generation) return;
        mailbox.handed = Math.max(mailbox.handed, taken.handed);
        const bodies = new Map(expected.taken.map(({ position, body }) => [position, body]));
        // What was acknowledged meanwhile may be missing.
        for (const stored of taken.envelopes) {
          assert.ok(bodies.has(stored.position));
          const body = bodyOf(stored);
          assert.equal(body, bodies.get(stored.position));
          if (body !== undefined) this.#handedOut.add(body);
        }
        const got = new Set(taken.envelopes.map(({ position }) => position));
        for (const { position } of expected.taken) {
          const isThere = model.waiting.some((envelope) => envelope.position === position);
          if (isThere) assert.ok(got.has(position), `position ${position} was not taken`);
        }
      },
      (error) => this.failures.push(error),
    );
  }

  /** Some that wait, and some that do not or never did, of one mailbox or of two; with their position or without. */
  #revoke(mailbox: TestMailbox): void {
    const mailboxes = this.below(2) === 0 ? [mailbox, this.#any(this.mailboxes)] : [mailbox];
    // What is not durable is taken back later here than in the model.
    const isDurable = ({ model, lastStored }: TestMailbox) => model.last <= lastStored;
    if (!mailboxes.every(isDurable)) return;
    const bodies: string[] = [];
    const asked = mailboxes.map(({ model, row }) => {
      const waiting = this.below(4) === 0 ? undefined : this.#any(model.waiting);
      if (waiting?.body !== undefined) bodies.push(waiting.body);
      const envelopeId = waiting ? Buffer.from(waiting.id, "latin1") : this.#bytes(32);
      const position = this.below(3) === 0 ? undefined : (waiting?.position ?? model.acknowledged);
      const serial = new Uint8Array(16).fill(this.below(3));
      return { model, row, envelopeId, serial, position };
    });
    // One mailbox may be asked twice, and not for one envelope.
    if (asked[1] && textOf(asked[0]?.envelopeId as Uint8Array) === textOf(asked[1].envelopeId))
      return;
    const inLog = asked.map(({ row: { mailboxId, generation }, envelopeId, serial, position }) => {
      const found = this.log.mailbox(mailboxId);
      assert.ok(found);
      const address = { mailbox: { mailboxId }, generation, serial, kind: "full" } as const;
      return { mailbox: found, address, envelopeId, position };
    });
    const inModel = asked.map(({ model, envelopeId, serial, position }): ModelRevoke => {
      return { model, id: textOf(envelopeId), serial: textOf(serial), position };
    });
    const now = this.hour * hourMs;
    const expected = revokeInModel(inModel, this.hour, revokeLimit);
    this.log.takingBack
      .revoke(inLog, now, revokeLimit)
      .then((outcome) => {
        assert.equal(outcome, expected);
        this.outcomes.add(outcome);
        if (outcome === "revoked") for (const body of bodies) this.#takenBack.add(body);
      })
      .catch((error) => this.failures.push(error));
  }

  #acknowledge(mailbox: TestMailbox): void {
    const { model, row } = mailbox;
    const handle = this.log.mailbox(row.mailboxId);
    assert.ok(handle);
    // Only what a device can have seen: that is durable.
    const position = Math.min(this.below(2) === 0 ? model.last : model.handed, mailbox.lastStored);
    if (this.below(5) === 0) this.hour += 1;
    const isDone = this.log.acknowledge(handle, row.generation, position, this.hour * hourMs);
    assert.equal(isDone, model.acknowledge(position, this.hour));
    const { generation } = row;
    if (!isDone) return;
    this.log.afterAll(() => {
      if (mailbox.row.generation !== generation) return;
      mailbox.acknowledged = Math.max(mailbox.acknowledged, position);
    });
  }

  #expire(): void {
    this.hour += 1 + this.below(30);
    // Only where all is durable: what is not, does not expire, which the model does not know.
    const before = this.hour - 40;
    for (const { model } of this.mailboxes) {
      const isOld = model.waiting.some(({ hour }) => hour < before);
      if (isOld && model.waiting.some(({ position }) => position > this.#durable(model))) return;
    }
    const now = this.hour * hourMs;
    while (this.log.expire(now, before * hourMs, 0));
    for (const { model } of this.mailboxes) model.expire(before, this.hour);
  }

  #durable(model: ModelMailbox): number {
    return this.mailboxes.find((mailbox) => mailbox.model === model)?.lastStored ?? 0;
  }

  #restart(mailbox: TestMailbox): void {
    const generation = mailbox.row.generation + 1;
    // The row is durable first.
    mailbox.row = { ...mailbox.row, generation, blocked: [] };
    this.log.restarted(mailbox.row.mailboxId, generation);
    mailbox.model.restart(generation);
    mailbox.stored.clear();
    mailbox.acknowledged = 0;
    mailbox.handed = 0;
  }

  #replace(mailbox: TestMailbox): void {
    this.log.cutOff([mailbox.row.mailboxId]).erased.catch((error) => this.failures.push(error));
    const next = this.#newMailbox();
    this.mailboxes[this.mailboxes.indexOf(mailbox)] = next;
    this.log.created(next.row);
  }

  #block(mailbox: TestMailbox): void {
    const serial = new Uint8Array(16).fill(2);
    const isBlocked = mailbox.model.blocked.has(textOf(serial));
    mailbox.row = { ...mailbox.row, blocked: isBlocked ? [] : [serial] };
    const change = isBlocked ? { block: [], unblock: [serial] } : { block: [serial], unblock: [] };
    this.log.blocked(mailbox.row.mailboxId, change);
    if (isBlocked) mailbox.model.blocked.clear();
    else mailbox.model.blocked.add(textOf(serial));
  }

  /** What is there holds all that was answered, and nothing that was not asked for. */
  async check(mailbox: TestMailbox): Promise<void> {
    const { row, model, stored, acknowledged } = mailbox;
    const handle = this.log.mailbox(row.mailboxId);
    assert.ok(handle);
    assert.ok(handle.acknowledged >= acknowledged, "an acknowledgement was lost");
    assert.ok(handle.handed >= mailbox.handed, "a handing out was lost");
    assert.ok(handle.last >= mailbox.lastStored, "a position would be given out twice");
    const taken = await this.log.take(handle, row.generation, 0, takesAll);
    assert.ok(taken);
    const found = new Map(taken.envelopes.map((one) => [one.position, bodyOf(one)]));
    assert.equal(found.size, taken.envelopes.length);
    const wanted = new Map(model.waiting.map(({ position, body }) => [position, body]));
    for (const [position, body] of stored) {
      if (!wanted.has(position)) continue;
      assert.ok(found.has(position), "a position was lost");
      assert.equal(found.get(position), body, "a text was lost");
    }
    for (const [position, body] of found) {
      assert.ok(position > acknowledged, "what was acknowledged came again");
      if (body !== undefined) {
        this.#handedOut.add(body);
        assert.ok(this.bodies.has(body), "what was never put is there");
      }
      if (stored.has(position)) assert.equal(body, stored.get(position));
    }
    assert.ok(this.#handedOut.isDisjointFrom(this.#takenBack), "taken back, and handed out");
    const positions = [...found.keys()];
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
  }

  /** Nothing on the disk of what waits nowhere, and of each mailbox where it stands now alone. */
  async checkErased(): Promise<void> {
    const waiting = new Set<string>();
    const namings = new Map<string, number>();
    for (const { row } of this.mailboxes) {
      const handle = this.log.mailbox(row.mailboxId);
      assert.ok(handle);
      const taken = await this.log.take(handle, row.generation, 0, takesAll);
      for (const stored of taken?.envelopes ?? []) {
        const body = bodyOf(stored);
        if (body !== undefined) waiting.add(body);
      }
      namings.set(textOf(row.mailboxId), handle.waiting);
    }
    await this.log.close();
    const left = textOf(this.files.everything());
    const names = await this.files.names();
    const of = (kind: string) => names.filter((name) => name.endsWith(kind));
    const indexes = of(".index").map((name) => textOf(this.files.bytesOf(name)));
    const segments = of(".log").map((name) => textOf(this.files.bytesOf(name)));
    for (const mailboxId of this.mailboxIds) {
      const waits = namings.get(mailboxId);
      const most = waits === undefined ? 0 : waits + 1;
      assert.ok(countOf(mailboxId, segments) <= most, "a mailbox is named by what was said of it");
      assert.ok(countOf(mailboxId, indexes) <= (waits ?? 0), "an index names what was erased");
    }
    for (const body of this.bodies) {
      // Its marker; the rest of a body is long enough to be seen too.
      const isThere = left.includes(body.slice(0, 16)) || left.includes(body.slice(-10));
      assert.equal(isThere, waiting.has(body), waiting.has(body) ? "missing" : "not erased");
    }
  }

  #newMailbox(): TestMailbox {
    const row = { mailboxId: this.#bytes(16), generation: 1, blocked: [] };
    this.mailboxIds.push(textOf(row.mailboxId));
    const model = new ModelMailbox();
    return { row, model, stored: new Map(), acknowledged: 0, handed: 0, lastStored: 0 };
  }

  #any<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }

  #bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Undefined where it was dropped. */
export function bodyOf(envelope: WaitingEnvelope): string | undefined {
  const { bytes, bodyAt, bodyLength, isDropped } = envelope;
  return isDropped ? undefined : textOf(bytes.subarray(bodyAt, bodyAt + bodyLength));
}

function countOf(sought: string, texts: readonly string[]): number {
  return texts.reduce((count, text) => count + text.split(sought).length - 1, 0);
}

/** Everything that was under way has gone on as far as it can. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function* rowsOf(mailboxes: readonly TestMailbox[]): AsyncGenerator<MailboxRowsPage> {
  const rows = mailboxes.map(({ row }) => row);
  yield {
    last: rows.length,
    mailboxIds: Buffer.concat(rows.map(({ mailboxId }) => mailboxId)),
    generations: Uint32Array.from(rows, ({ generation }) => generation),
    blocked: rows.flatMap(({ blocked }, index) => blocked.map((serial) => ({ index, serial }))),
  };
}
