// For tests only: a phone, its service and the phone of whoever it writes to, and one text between them, where a test says what
// happens next. The service is a model of docs/protocol.md; the phone's rooms are the real ones, but for the encryption.
import { AssentError, hex, randomBytes } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Outbox, OutgoingPut, RevokeAnswer, RevokedEnvelope } from "../../egress/outbox.ts";
import { handoffTransport } from "../../routes/routes.ts";
import { RelayModel, relayOver } from "../../sms-relay/relay-for-tests.ts";
import type { SmsRelay } from "../../sms-relay/sms-relay.ts";
import { MemoryStore } from "../../store/memory-store.ts";
import {
  DeliveryState,
  MessageSchema,
  OutgoingEnvelopeSchema,
  point,
  put,
  Records,
  remove,
  TextState,
} from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import {
  accountIdOfPerson,
  type ConversingForTests,
  day,
  personOf,
} from "../conversing-for-tests.ts";
import { arrivedDelivery, queuedAgain, sealedDelivery, settleText } from "../history/deliveries.ts";
import { personKey } from "../people/person.ts";
import { Awaiting } from "./awaiting.ts";
import { givingUp } from "./giving-up.ts";
import { GoingOver } from "./going-over.ts";
import { MailboxModel } from "./mailbox-model-for-tests.ts";
import { Posting } from "./posting.ts";
import type { Sealing } from "./sealing.ts";
import type { Starting } from "./starting.ts";
import { Queue } from "./text-queue.ts";

const key = "000000000001";
const device = new Uint8Array(32).fill(7);

export const calm = { fault: "none", commits: Number.POSITIVE_INFINITY } as const;

/** Who sends what goes by SMS. */
export type Sender = "its owner" | "the service";

/** Where an answer is lost, or its question: there, or on the way back. What is refused, is for good. */
export type Fault = "none" | "lost on the way" | "answer lost" | "refused";

/** A store whose program is stopped after so many commits, before or behind the last of them. */
class StoppedStore implements Store {
  readonly #store: MemoryStore;
  #left: number;

  constructor(store: MemoryStore, commits: number) {
    this.#store = store;
    this.#left = commits;
  }

  get: Store["get"] = (table, row) => this.#store.get(table, row);
  list: Store["list"] = (table, range) => this.#store.list(table, range);
  close: Store["close"] = async () => undefined;

  async commit(changes: Parameters<Store["commit"]>[0]): Promise<void> {
    if (this.#left < 0.5) throw new TypeError("stopped");
    await this.#store.commit(changes);
    this.#left -= 1;
    if (this.#left === -0.5) throw new TypeError("stopped");
  }
}

interface Rooms {
  readonly records: Records;
  readonly posting: Posting;
  readonly awaiting: Awaiting;
  readonly goingOver: GoingOver;
  readonly smsRelay: SmsRelay;
  readonly queue: Queue;
}

/** The sender's phone, the service and the recipient's phone, and one text. */
export class TwoPhones {
  readonly #on: ConversingForTests;
  readonly #revokes: (model: MailboxModel, envelope: RevokedEnvelope) => RevokeAnswer;
  readonly #model = new MailboxModel();
  readonly #relay = new RelayModel();
  readonly #isByService: boolean;
  #store = new MemoryStore();
  #copy: MemoryStore | undefined;
  #rooms: Rooms;
  #nowMs = 1_800_000_000_000;
  #fault: Fault = "none";
  #isShown = false;
  readonly #unreadable = new Set<string>();
  readonly #owed = { receipt: false, resend: new Set<string>() };
  #opened = 0;
  #wasSetBack = false;

  constructor(
    on: ConversingForTests,
    revokes: (model: MailboxModel, envelope: RevokedEnvelope) => RevokeAnswer,
    sms: Sender,
  ) {
    this.#on = on;
    this.#revokes = revokes;
    this.#isByService = sms === "the service";
    this.#rooms = this.#open(Number.POSITIVE_INFINITY);
  }

  /** The program starts, and is stopped after so many commits. */
  #open(commits: number): Rooms {
    const records = new Records(new StoppedStore(this.#store, commits));
    const parts = { ...this.#on.parts, records, now: () => this.#nowMs };
    const sealing = this.#sealing();
    const posting = new Posting(parts, sealing, {} as Starting);
    const smsRelay = relayOver(records, () => this.#nowMs, {
      name: async () => this.#ask(() => this.#relay.name(this.#nowMs)),
      send: async (name) => this.#ask(() => this.#relay.send(name, this.#nowMs)),
      ask: async (names) => this.#ask(() => names.map((name) => this.#relay.stateOf(name))),
    });
    const sms = (text: string) =>
      (this.#isByService ? smsRelay.wayOf(text) : undefined) ?? handoffTransport;
    const goingOver = new GoingOver({ records, sms });
    const queue = new Queue({
      ...{ records, now: parts.now, sms, sealing, goingOver },
      self: () => this.#on.self,
      hasLine: () => false,
      isOn: () => true,
      hasEnded: () => false,
      flush: async () => undefined,
    });
    const awaiting = new Awaiting(parts, posting);
    return { records, posting, awaiting, goingOver, smsRelay, queue };
  }

  async begin(): Promise<void> {
    const person = personOf(this.#on.friend);
    const text = create(MessageSchema, {
      id: "01".repeat(32),
      number: person.number,
      outgoing: true,
      text: "hello",
      route: "private",
      state: TextState.QUEUED,
      recipientAccountId: accountIdOfPerson(person),
    });
    await this.#store.commit([
      put("people", personKey(accountIdOfPerson(person)), person),
      put("messages", key, text),
      point("queue", key, key),
    ]);
  }

  async act(action: Action): Promise<void> {
    const before = await this.state();
    switch (action.does) {
      case "send":
        await this.#sending(action);
        break;
      case "send again":
        await this.#run(action.fault, action.commits, async ({ records, queue }) => {
          const text = await records.get("messages", key);
          // What goes by SMS is offered no other way; and whoever reads, of a phone that was set back, that it is not known, and
          // sends it all the same, has it shown twice perhaps.
          const isUnsure = this.#wasSetBack && text?.state === TextState.NOT_KNOWN;
          if (text?.route !== "sms" && !isUnsure) await queue.sendAgain(key);
        });
        await this.#sending(action);
        break;
      case "by SMS":
        await this.#goingBySms(action);
        break;
      case "take":
        this.#take(action.readable);
        break;
      case "answer":
        await this.#answer();
        break;
      case "ask":
        await this.#asking(action);
        break;
      case "copy":
        this.#copy ??= this.#store.copy();
        break;
      case "set back":
        await this.#setBack();
        break;
      case "restore the service":
        this.#model.restore();
        this.#relay.restore();
        break;
    }
    // Its owner opens what is handed to them, each time.
    const after = await this.state();
    if (after === TextState.HANDOFF && before !== TextState.HANDOFF) this.#opened += 1;
  }

  /** All that can still happen happens, without faults. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      for (const does of ["send", "ask"] as const) await this.act({ does, ...calm });
      await this.act({ does: "take", readable: true });
      await this.act({ does: "answer" });
    }
  }

  async state(): Promise<TextState | undefined> {
    return (await new Records(this.#store).get("messages", key))?.state;
  }

  get shown(): number {
    return Number(this.#isShown) + this.bySms;
  }

  get bySms(): number {
    return this.#isByService ? this.#relay.sent : this.#opened;
  }

  async #sending({ fault, commits }: Faulty): Promise<void> {
    await this.#run(fault, commits, async ({ posting, goingOver, smsRelay }) => {
      await posting.flush(this.#on.self, async () => this.#outbox());
      await goingOver.run(async () => this.#outbox());
      await smsRelay.run();
    });
  }

  async #goingBySms({ fault, commits }: Faulty): Promise<void> {
    await this.#run(fault, commits, async ({ records, goingOver, smsRelay }) => {
      await records.step((step) => goingOver.begin(step, key));
      await goingOver.run(async () => this.#outbox());
      await smsRelay.run();
    });
  }

  async #asking({ fault, commits }: Faulty): Promise<void> {
    this.#nowMs += 2 * day;
    await this.#run(fault, commits, async ({ awaiting, smsRelay }) => {
      await awaiting.ask(this.#on.self, async () => this.#outbox());
      await smsRelay.run();
    });
  }

  #take(readable: boolean): void {
    for (const id of this.#model.take()) {
      if (!readable || this.#unreadable.has(id)) {
        this.#unreadable.add(id);
        this.#owed.resend.add(id);
      } else {
        this.#isShown = true;
        this.#owed.receipt = true;
      }
    }
  }

  /** What the recipient's phone owes comes: receipts, and what it could not read. */
  async #answer(): Promise<void> {
    const { receipt, resend } = this.#owed;
    await this.#rooms.records.step(async (step) => {
      for (const id of resend) {
        const name = await step.pointer("awaited", id);
        const record = name === undefined ? undefined : await step.get("deliveries", name);
        if (name && record) step.add(queuedAgain({ key: name, record }));
      }
      await settleText(step, key);
      if (!receipt) return;
      const sender = { accountId: accountIdOfPerson(personOf(this.#on.friend)), deviceId: device };
      step.add([
        remove("queue", key),
        ...(await arrivedDelivery(step, key, sender, DeliveryState.ARRIVED)),
      ]);
      await settleText(step, key);
    });
    this.#owed.receipt = false;
    resend.clear();
  }

  /** The copy is put back, and the service shows it that it is one. */
  async #setBack(): Promise<void> {
    if (!this.#copy) return;
    this.#store = this.#copy;
    this.#copy = undefined;
    this.#wasSetBack = true;
    this.#rooms = this.#open(Number.POSITIVE_INFINITY);
    for (const changes of [givingUp.setBack, givingUp.beginningAnew])
      await this.#rooms.records.step(async (step) => step.add(await changes(step)));
  }

  async #run(fault: Fault, commits: number, work: (rooms: Rooms) => Promise<void>): Promise<void> {
    this.#fault = fault;
    if (Number.isFinite(commits)) this.#rooms = this.#open(commits);
    try {
      await work(this.#rooms);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    this.#fault = "none";
    if (Number.isFinite(commits)) this.#rooms = this.#open(Number.POSITIVE_INFINITY);
  }

  /** @throws AssentError where the question is lost, or its answer. */
  #ask<T>(asked: () => T): T {
    if (this.#fault === "lost on the way") throw new AssentError("unreachable");
    const answer = asked();
    if (this.#fault === "answer lost") throw new AssentError("unreachable");
    return answer;
  }

  #outbox(): Outbox {
    const ask = <T>(asked: () => T): T | AssentError => {
      try {
        return this.#ask(asked);
      } catch (error) {
        if (error instanceof AssentError) return error;
        throw error;
      }
    };
    const refused = this.#fault === "refused" ? new AssentError("not_offered") : undefined;
    return {
      put: async (puts: readonly OutgoingPut[]) =>
        puts.map(({ envelopeId }) => refused ?? ask(() => this.#model.put(hex(envelopeId)))),
      status: async (queries: readonly { readonly ticket: Uint8Array }[]) =>
        queries.map(({ ticket }) => ask(() => this.#model.status(ticket))),
      revoke: async ([envelope]: readonly RevokedEnvelope[]) =>
        ask(() => this.#revokes(this.#model, envelope as RevokedEnvelope)),
      close: () => undefined,
    } as unknown as Outbox;
  }

  /** What is queued becomes an envelope, as the encryption would have it. */
  #sealing(): Sealing {
    const accountId = accountIdOfPerson(personOf(this.#on.friend));
    const sealKnown: Sealing["sealKnown"] = async (step) => {
      const queued = await step.pointers("queue");
      for (const { text } of queued) {
        const envelope = create(OutgoingEnvelopeSchema, {
          secret: randomBytes(32),
          accountId,
          deviceId: device,
          text,
          purpose: "service",
        });
        step.add([
          remove("queue", text),
          put("outgoing", await step.nextKey("outgoing"), envelope),
          ...(await sealedDelivery(step, envelope)),
        ]);
      }
      return { sealed: queued.length, unknown: new Map() };
    };
    return { sealKnown, sealReceipts: async () => 0 } as unknown as Sealing;
  }
}

export interface Faulty {
  readonly fault: Fault;
  /** That are durable before the program is stopped; behind half a commit nobody hears of it. */
  readonly commits: number;
}

export type Action =
  | ({ readonly does: "send" | "send again" | "by SMS" | "ask" } & Faulty)
  | { readonly does: "take"; readonly readable: boolean }
  | { readonly does: "answer" | "copy" | "set back" | "restore the service" };
