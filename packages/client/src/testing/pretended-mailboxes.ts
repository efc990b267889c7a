// The mailboxes of a pretended service: what waits for each device, in this process, and the two sockets over which it is put
// and taken. In the real frames; no quota.
import {
  type DeliveredEnvelope,
  DeliveredEnvelopeSchema,
  type DeviceId,
  EnvelopeStatus,
  envelopeIdOf,
  hex,
  InboxAnswerSchema,
  type InboxRequest,
  InboxRequestSchema,
  idLength,
  limits,
  OutboxAnswerSchema,
  OutboxRequestSchema,
  type Put,
  PutOutcome,
  PutResultSchema,
  RequestErrorSchema,
  RevokeOutcome,
  type RevokeTarget,
  randomBytes,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { PretendedSocket } from "./pretended-socket.ts";

const [lineage, generation] = [1, 1];
const ticketLength = 16;
const serialLength = 16;
// Of the largest envelopes, what a frame holds.
const mostTogether = Math.floor(limits.frameBytes / limits.envelopeBytes) - 1;
const day = 86_400_000;

type Body = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["body"]>;
type Asked = InboxRequest["body"];

/** What a mailbox is asked of by the device that it is of. */
export interface Owner {
  readonly deviceId: DeviceId;
  /** Of its single-use KeyPackages. */
  keyPackagesLeft(): number;
}

/** Who somebody is that says so; undefined where that is not proved. */
export type Prove = (
  nonce: Uint8Array,
  proof: Extract<Asked, { case: "authenticate" }>["value"],
) => Promise<Owner | undefined>;

interface Mailbox {
  waiting: DeliveredEnvelope[];
  lastPosition: bigint;
  acknowledged: bigint;
  /** Serials of addresses, in hexadecimal. */
  readonly blocked: Set<string>;
  /** Positions by the ids in hexadecimal: the same envelope again is stored once. */
  readonly stored: Map<string, bigint>;
  /** Ids in hexadecimal of what was taken back. */
  readonly takenBack: Set<string>;
  /** Up to where a device was handed what came. */
  handed: bigint;
  /** Where an inbox is open, what tells it. */
  onPut(): void;
}

interface Address {
  readonly deviceId: string;
  readonly serial: Uint8Array<ArrayBuffer>;
}

export class PretendedMailboxes {
  readonly #mailboxes = new Map<string, Mailbox>();
  readonly #addresses = new Map<string, Address>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(deviceId: DeviceId): void {
    this.#mailboxes.set(hex(deviceId), {
      waiting: [],
      lastPosition: 0n,
      acknowledged: 0n,
      blocked: new Set(),
      stored: new Map(),
      takenBack: new Set(),
      handed: 0n,
      onPut: () => undefined,
    });
  }

  /** Whoever writes to it learns that its owner left. @returns how many envelopes waited. */
  end(deviceId: DeviceId): number {
    const waiting = this.#mailboxes.get(hex(deviceId))?.waiting.length ?? 0;
    this.#mailboxes.delete(hex(deviceId));
    return waiting;
  }

  /** The right to put into a device's mailbox. */
  address(deviceId: DeviceId): {
    readonly capability: Uint8Array<ArrayBuffer>;
    readonly serial: Uint8Array<ArrayBuffer>;
  } {
    const [capability, serial] = [randomBytes(idLength), randomBytes(serialLength)];
    this.#addresses.set(hex(capability), { deviceId: hex(deviceId), serial });
    return { capability, serial };
  }

  /** Not authenticated: puts, and what became of them. */
  openOutbox(socket: PretendedSocket): void {
    const refused = new Set<number>();
    socket.onFrame = (bytes) => {
      const { puts, statusQueries, revokes, heartbeats } = fromBinary(OutboxRequestSchema, bytes);
      const answer = create(OutboxAnswerSchema, {
        statusResults: statusQueries.map(({ request, capability }) => ({
          request,
          status: this.#mailboxOf(capability) ? EnvelopeStatus.HELD : EnvelopeStatus.GONE,
        })),
        revokeResults: revokes.map(({ request, targets }) => ({
          request,
          outcome: this.#revoke(targets),
        })),
        heartbeats: heartbeats
          .filter(({ isAnswer }) => !isAnswer)
          .map(({ number }) => ({ number, isAnswer: true })),
      });
      for (const put of puts) {
        const result = refused.has(put.after) ? undefined : this.#put(put);
        if (result?.outcome !== PutOutcome.STORED) refused.add(put.request);
        if (result) answer.putResults.push(create(PutResultSchema, result));
        else {
          const error = { request: put.request, code: "after_refused" };
          answer.errors.push(create(RequestErrorSchema, error));
        }
      }
      socket.say(toBinary(OutboxAnswerSchema, answer));
    };
  }

  /** Of the device that proves itself: takes what waits, acknowledges it, gives out addresses. */
  openInbox(socket: PretendedSocket, prove: Prove): void {
    const nonce = randomBytes(idLength);
    const say = (body: Body, request = 0) =>
      socket.say(toBinary(InboxAnswerSchema, create(InboxAnswerSchema, { request, body })));
    let proved: { readonly owner: Owner; readonly mailbox: Mailbox } | undefined;
    let handed = 0n;
    const deliver = (mailbox: Mailbox) => {
      const envelopes = mailbox.waiting.filter(({ position }) => position > handed);
      handed = mailbox.lastPosition;
      mailbox.handed = handed;
      for (const value of deliveriesOf(envelopes, mailbox)) say({ case: "delivery", value });
    };
    socket.onFrame = async (bytes) => {
      const { request, body } = fromBinary(InboxRequestSchema, bytes);
      if (body.case === "authenticate") {
        const owner = await prove(nonce, body.value);
        const mailbox = owner && this.#mailboxes.get(hex(owner.deviceId));
        if (!mailbox) return say({ case: "error", value: { code: "signed_out" } });
        proved = { owner, mailbox };
        say(readyOf(owner, mailbox), request);
        deliver(mailbox);
        const onPut = () => {
          if (mailbox.lastPosition > handed) deliver(mailbox);
        };
        mailbox.onPut = onPut;
        socket.onClosed = () => {
          if (mailbox.onPut === onPut) mailbox.onPut = () => undefined;
        };
      } else if (proved) say(this.#answer(proved.owner, proved.mailbox, body), request);
    };
    say({ case: "challenge", value: { nonce } });
  }

  #answer({ deviceId }: Owner, mailbox: Mailbox, body: Asked): Body {
    switch (body.case) {
      case "acknowledge": {
        const { position } = body.value;
        mailbox.acknowledged = position;
        mailbox.waiting = mailbox.waiting.filter((envelope) => envelope.position > position);
        return { case: "acknowledged", value: { position } };
      }
      case "mintCapabilities": {
        const expiresAtMs = BigInt(this.#now() + limits.capabilityDays.full * day);
        const capabilities = Array.from({ length: body.value.count }, () => ({
          ...this.address(deviceId),
          expiresAtMs,
        }));
        return { case: "mintedCapabilities", value: { capabilities } };
      }
      case "blockAddresses":
        for (const serial of body.value.block) mailbox.blocked.add(hex(serial));
        for (const serial of body.value.unblock) mailbox.blocked.delete(hex(serial));
        return { case: "addressesBlocked", value: {} };
      case "heartbeat":
        return { case: "heartbeat", value: { number: body.value.number, isAnswer: true } };
      default:
        return { case: "error", value: { code: "not_offered" } };
    }
  }

  #put({ request, capability, envelopeId, body }: Put) {
    const address = this.#addresses.get(hex(capability));
    const mailbox = this.#mailboxOf(capability);
    if (!address || !mailbox) return { request, outcome: PutOutcome.GONE };
    const id = hex(envelopeId);
    if (mailbox.takenBack.has(id)) return { request, outcome: PutOutcome.REVOKED };
    const isRepeated = mailbox.stored.has(id);
    if (!isRepeated) {
      mailbox.lastPosition += 1n;
      const position = mailbox.lastPosition;
      mailbox.stored.set(id, position);
      const { serial } = address;
      const isBlocked = mailbox.blocked.has(hex(serial));
      const envelope = isBlocked
        ? { position }
        : { position, envelopeId, addressSerial: serial, body };
      mailbox.waiting.push(create(DeliveredEnvelopeSchema, envelope));
      // What comes in one frame is delivered together.
      queueMicrotask(() => mailbox.onPut());
    }
    return { request, outcome: PutOutcome.STORED, ticket: randomBytes(ticketLength) };
  }

  /** All of them or none: none where a device was handed one. */
  #revoke(targets: readonly RevokeTarget[]): RevokeOutcome {
    const found = targets.map(({ capability, secret, ticket }) => ({
      id: hex(envelopeIdOf(secret)),
      mailbox: this.#mailboxOf(capability),
      hasTicket: ticket.length > 0,
    }));
    if (found.some(({ mailbox }) => !mailbox)) return RevokeOutcome.GONE;
    const isHanded = ({ id, mailbox }: (typeof found)[number]) =>
      !mailbox?.takenBack.has(id) && (mailbox?.stored.get(id) ?? 0n) <= (mailbox?.handed ?? 0n);
    if (found.some((target) => target.hasTicket && isHanded(target))) return RevokeOutcome.HANDED;
    const isKnown = !found.some(isHanded);
    for (const { id, mailbox } of found) {
      const position = mailbox?.stored.get(id);
      mailbox?.takenBack.add(id);
      if (mailbox) mailbox.waiting = mailbox.waiting.filter((each) => each.position !== position);
    }
    return isKnown ? RevokeOutcome.REVOKED : RevokeOutcome.NOT_KNOWN;
  }

  /** Undefined where its owner left, or the capability is nobody's. */
  #mailboxOf(capability: Uint8Array): Mailbox | undefined {
    const address = this.#addresses.get(hex(capability));
    return address && this.#mailboxes.get(address.deviceId);
  }
}

function readyOf(owner: Owner, { acknowledged }: Mailbox): Body {
  const value = {
    lineage,
    generation,
    acknowledgedPosition: acknowledged,
    singleUseKeyPackagesLeft: owner.keyPackagesLeft(),
  };
  return { case: "ready", value };
}

/** At least one: whoever opens an inbox is told that nothing waits. */
function deliveriesOf(envelopes: readonly DeliveredEnvelope[], { acknowledged }: Mailbox) {
  const count = Math.max(1, Math.ceil(envelopes.length / mostTogether));
  return Array.from({ length: count }, (_, index) => ({
    envelopes: envelopes.slice(index * mostTogether, (index + 1) * mostTogether),
    caughtUp: index === count - 1,
    lineage,
    generation,
    acknowledgedPosition: acknowledged,
  }));
}
