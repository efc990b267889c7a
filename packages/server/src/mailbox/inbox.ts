// One device listening to its mailbox: hands out envelopes in order, only so many ahead of what was
// acknowledged. Everything it needs to know again after a crash is in storage.
import { AssentError } from "@assent/protocol";
import type { MailboxQuotas } from "../limits/quotas.ts";
import type { JudgedTime } from "../time/judged-time.ts";
import type { MintedCapability } from "./addresses.ts";
import { DeliveryWindow } from "./delivery-window.ts";
import type {
  AcknowledgeListener,
  AddressKind,
  MailboxRef,
  MailboxStore,
  StoredMailbox,
  WaitingEnvelope,
} from "./store.ts";
import {
  type DeviceWatch,
  type Listener,
  type MailboxName,
  nameOfMailbox,
  type Wakeups,
} from "./wakeups.ts";

/** replaced: the device listens anew elsewhere. signed_out: its account ended. */
export type InboxEnd = "replaced" | "signed_out";

export interface HandedOut {
  readonly envelopes: readonly WaitingEnvelope[];
  /** Nothing waits behind these. */
  readonly caughtUp: boolean;
  /** Everything up to it is acknowledged. */
  readonly acknowledged: number;
  readonly lineage: number;
  readonly generation: number;
}

export interface InboxListener {
  /** Whether it takes a delivery now. Whoever listens wakes the inbox when it does again. */
  readonly takesMore: boolean;
  deliver(handedOut: HandedOut): void;
  /** What was asked to be acknowledged is, durably; or it would have deleted what was never handed out. In their order. */
  acknowledged(position: number, isDone: boolean): void;
  /** Nothing follows. */
  ended(why: InboxEnd): void;
  /** Nothing follows: the service could not go on. */
  failed(error: unknown): void;
}

/** What all inboxes of a service share. */
export interface InboxParts {
  readonly store: MailboxStore;
  readonly wakeups: Wakeups;
  readonly watch: Pick<DeviceWatch, "stopped">;
  readonly lineage: number;
  readonly quotas: MailboxQuotas;
  readonly time: Pick<JudgedTime, "stampMs">;
  /** Milliseconds of a clock that is never set. */
  readonly elapsedMs: () => number;
  readonly mint: (mailboxId: Uint8Array, generation: number, kind: AddressKind) => MintedCapability;
}

// A delivery and what protobuf adds to it stay well inside one frame, and a reader that stops holds no more of the memory.
const bytesPerDelivery = 262_144;

export class Inbox implements Listener, AcknowledgeListener {
  readonly #mailbox: MailboxRef;
  readonly #name: MailboxName;
  readonly #parts: InboxParts;
  readonly #listener: InboxListener;
  #generation: number;
  #acknowledged: number;
  /** The device has everything up to it, durable here or not. */
  #has: number;
  readonly #window: DeliveryWindow;
  /** Everything up to it was handed out here, or before. */
  #lastHanded: number;
  #saidCaughtUp = false;
  #isOpen = true;
  #isHandingOut = false;
  #askedAgain = false;
  /** What was put since the last turn, and whether it can go out as it came: nothing is missing before or between. */
  #arrived: WaitingEnvelope[] | undefined;
  #arrivedBytes = 0;
  #arrivedUpTo = 0;
  #areArrivalsNext = false;
  #isArrivalDue = false;

  constructor(
    parts: InboxParts,
    mailbox: MailboxRef,
    { generation, acknowledged }: StoredMailbox,
    listener: InboxListener,
  ) {
    this.#parts = parts;
    this.#mailbox = mailbox;
    this.#name = nameOfMailbox(mailbox.mailboxId);
    this.#generation = generation;
    this.#acknowledged = acknowledged;
    this.#has = acknowledged;
    this.#lastHanded = acknowledged;
    this.#listener = listener;
    this.#window = new DeliveryWindow(parts.quotas, parts.elapsedMs);
  }

  /** 16 bytes, which nobody may change. */
  get mailboxId(): Uint8Array {
    return this.#mailbox.mailboxId;
  }

  get lineage(): number {
    return this.#parts.lineage;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Everything up to it is acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Begins to hand out; a listener that the mailbox had before is told that it was replaced. */
  listen(): void {
    if (!this.#isOpen) return;
    this.#parts.wakeups.listen(this.#name, this);
    this.wake();
  }

  /** Whoever listens takes more again. */
  drained(): void {
    // Where all that waits was handed out, it is of no use until a put wakes this.
    if (!this.#saidCaughtUp) this.wake();
  }

  /** Something may be waiting, or there is room again. */
  wake(): void {
    this.#askedAgain = true;
    if (this.#isHandingOut || !this.#isOpen) return;
    this.#isHandingOut = true;
    this.#handOutAll().catch((error: unknown) => {
      if (!this.#isOpen) return;
      this.close();
      this.#listener.failed(error);
    });
  }

  hasRoom(generation: number): boolean {
    if (!this.#isOpen || generation !== this.#generation) return false;
    const { envelopes, bytes } = this.#room();
    return envelopes > (this.#arrived?.length ?? 0) && bytes > this.#arrivedBytes;
  }

  /** What became durable together goes out as one delivery, and comes back as one acknowledgement. */
  arrived(generation: number, handed: boolean, envelope: WaitingEnvelope): void {
    if (generation !== this.#generation) {
      this.wake();
      return;
    }
    if (!this.#isArrivalDue) {
      this.#isArrivalDue = true;
      this.#areArrivalsNext = true;
      this.#arrivedUpTo = this.#lastHanded;
      // Right behind all that are told of now.
      queueMicrotask(() => this.#handOutArrivals());
    }
    this.#areArrivalsNext &&= handed && envelope.position === this.#arrivedUpTo + 1;
    this.#arrivedUpTo = envelope.position;
    this.#arrived ??= [];
    this.#arrived.push(envelope);
    this.#arrivedBytes += envelope.bodyLength;
  }

  /** Deletes what was handed out, up to and including a position. Its listener is told when that is durable. */
  acknowledge(position: number): void {
    const { store, time } = this.#parts;
    store.acknowledge(this.#mailbox, this.#generation, position, time.stampMs(), this);
    this.#has = Math.max(position, this.#has);
    // The phone has it: there is room for more, and what is taken into it becomes durable together with this.
    this.#window.acknowledged(position);
    // Where all that waits was handed out, room is of no use until a put wakes this.
    if (!this.#saidCaughtUp) this.wake();
  }

  acknowledgeSettled(position: number, isDone: boolean): void {
    if (isDone) this.#acknowledged = Math.max(position, this.#acknowledged);
    this.#listener.acknowledged(position, isDone);
  }

  mint(count: number, kind: Exclude<AddressKind, "provisional">): MintedCapability[] {
    return Array.from({ length: count }, () =>
      this.#parts.mint(this.#mailbox.mailboxId, this.#generation, kind),
    );
  }

  /** @throws AssentError request_invalid where too many would be blocked */
  async block(change: {
    readonly block: readonly Uint8Array[];
    readonly unblock: readonly Uint8Array[];
  }): Promise<void> {
    const { store, quotas } = this.#parts;
    if (!(await store.block(this.#mailbox, change, quotas.blockedSerialsPerMailbox))) {
      throw new AssentError("request_invalid");
    }
  }

  replaced(): void {
    this.#end("replaced");
  }

  ended(): void {
    this.#end("signed_out");
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { wakeups, watch } = this.#parts;
    wakeups.stop(this.#name, this);
    watch.stopped(this.#name, this.#has);
  }

  #end(why: InboxEnd): void {
    if (!this.#isOpen) return;
    this.close();
    this.#listener.ended(why);
  }

  async #handOutAll(): Promise<void> {
    try {
      while (this.#askedAgain && this.#isOpen) {
        this.#askedAgain = false;
        while (await this.#handOutSome());
      }
    } finally {
      // In the same step as the last look at #askedAgain, so that no wake falls between.
      this.#isHandingOut = false;
    }
  }

  /** Whether there may be more to hand out at once. */
  async #handOutSome(): Promise<boolean> {
    const limit = this.#room();
    if (limit.envelopes <= 0 || limit.bytes <= 0) {
      this.#saidCaughtUp = false;
      return false;
    }
    const { store } = this.#parts;
    const taken = await store.take(this.#mailbox, this.#generation, this.#lastHanded, limit);
    if (!this.#isOpen) return false;
    if (!taken) return this.#beginAnew();
    if (taken.envelopes.length > 0 || !this.#saidCaughtUp) {
      this.#handOut(taken.envelopes, !taken.more);
    }
    this.#lastHanded = taken.handed;
    return taken.more;
  }

  /** The mailbox is of another generation now, or is not there. Whether there is something to hand out. */
  async #beginAnew(): Promise<boolean> {
    const mailbox = await this.#parts.store.state(this.#mailbox);
    if (!this.#isOpen) return false;
    if (mailbox.kind !== "there") {
      this.ended();
      return false;
    }
    this.#generation = mailbox.generation;
    this.#acknowledged = mailbox.acknowledged;
    this.#lastHanded = mailbox.acknowledged;
    this.#window.clear();
    this.#forgetArrivals();
    this.#saidCaughtUp = false;
    return true;
  }

  /** The next in order, to who has all before them and room for them, need not be read back from storage. */
  #handOutArrivals(): void {
    const arrived = this.#arrived ?? [];
    const bytes = this.#arrivedBytes;
    const upTo = this.#arrivedUpTo;
    const areNext =
      this.#areArrivalsNext && this.#isOpen && this.#saidCaughtUp && !this.#isHandingOut;
    this.#isArrivalDue = false;
    this.#forgetArrivals();
    const limit = this.#room();
    if (!areNext || arrived.length > limit.envelopes || bytes > limit.bytes) {
      this.wake();
      return;
    }
    this.#handOut(arrived, true);
    this.#lastHanded = upTo;
  }

  #forgetArrivals(): void {
    this.#arrived = undefined;
    this.#arrivedBytes = 0;
    this.#areArrivalsNext = false;
  }

  #handOut(envelopes: readonly WaitingEnvelope[], caughtUp: boolean): void {
    const last = envelopes.at(-1);
    if (last) {
      const bytes = envelopes.reduce((sum, { bodyLength }) => sum + bodyLength, 0);
      this.#window.handedOut(last.position, envelopes.length, bytes);
    }
    const { lineage, generation, acknowledged } = this;
    this.#listener.deliver({ envelopes, caughtUp, acknowledged, lineage, generation });
    this.#saidCaughtUp = caughtUp;
  }

  #room(): { readonly envelopes: number; readonly bytes: number } {
    if (!this.#listener.takesMore) return { envelopes: 0, bytes: 0 };
    const { envelopes, bytes } = this.#window.room;
    return { envelopes, bytes: Math.min(bytes, bytesPerDelivery) };
  }
}
