// The inbox on the wire: a challenge, the device's answer to it, then its mailbox. Requests of one socket are
// served one after the other, in the order they came, and fail one by one; deliveries go out between them.
import {
  AddressKind as AddressKindOnWire,
  AssentError,
  type ComeBack,
  countFields,
  InboxAnswerSchema,
  type InboxRequest,
  InboxRequestSchema,
  limits,
  type ReadySchema,
  type WireErrorCode,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Devices, SignedOut } from "../accounts/devices.ts";
import type { PublishedCell } from "../cell/roles.ts";
import type { Subscriptions } from "../push/subscriptions.ts";
import { requireCount, requireLength } from "../request-fields.ts";
import { type AcknowledgeFrame, readAcknowledge } from "./acknowledge-frame.ts";
import type { Entrance } from "./entrance.ts";
import type { FrameMemory } from "./frame-memory.ts";
import { longFrom, socketFrameOf } from "./frame-writer.ts";
import type { HandedOut, Inbox, InboxEnd, InboxListener } from "./inbox.ts";
import { acknowledgedFrame, deliveryFrame } from "./inbox-frames.ts";
import type { Mailboxes } from "./mailbox.ts";
import { refusalOf } from "./refusal.ts";
import type { KeyPackagesLeft, Returning, Returns } from "./returns.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";
import type { AddressKind } from "./store.ts";

type Answer = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["body"]>;
/** What `Ready` says to a device that signed, and to no other. */
type ToldOnce = Pick<MessageInitShape<typeof ReadySchema>, "lastRequest" | "returnKey">;

export interface InboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "openInbox">;
  readonly devices: Pick<Devices, "deviceOfInbox" | "signedOut">;
  /** Where devices are woken while their inbox is not open. */
  readonly push: Pick<Subscriptions, "set" | "end" | "hashOf">;
  readonly cell: { published(): Pick<PublishedCell, "certificateNumber" | "sequence"> };
  readonly keyPackagesLeft: (deviceId: Uint8Array) => Promise<KeyPackagesLeft>;
  readonly entrance: Entrance;
  readonly frameMemory: FrameMemory;
  readonly returns: Pick<Returns, "serviceStart" | "keyFor" | "find">;
  /** Told of every refusal. */
  readonly refused: (code: WireErrorCode) => void;
  readonly unknownError: (error: unknown) => void;
}

/** Where it stands among all sockets. */
export interface InboxPlace {
  /** Its answer to the challenge came: what takes time now is the service. */
  askedToEnter(): void;
  /** Its device was let in. Whether there is a place for it. */
  becameKnown(): boolean;
}

export class InboxSocket implements SocketListener, InboxListener {
  readonly #parts: InboxSocketParts;
  readonly #socket: MailboxSocket;
  readonly #place: InboxPlace;
  /** Until it is answered. */
  #challenge: Uint8Array | undefined;
  #mayComeBack = true;
  /** Once its device was let in. */
  #inbox: Inbox | undefined;
  /** The device's account, which is asked how it ended where it does: as text, a fifth of the memory that bytes need. */
  #accountId = "";
  #isOpen = true;
  #lastRequest = 0;
  /** Resolves when everything before is served; undefined where it is. */
  #underWay: Promise<void> | undefined;
  /** Numbers of acknowledgements that are not durable yet, in their order; undefined where there are none. */
  #acknowledging: number[] | undefined;

  constructor(
    parts: InboxSocketParts,
    challenge: Uint8Array,
    place: InboxPlace,
    socket: MailboxSocket,
  ) {
    this.#parts = parts;
    this.#challenge = challenge;
    this.#place = place;
    this.#socket = socket;
  }

  /** Sends the challenge. */
  opened(): void {
    if (!this.#challenge) return;
    const { serviceStart } = this.#parts.returns;
    this.#send(0, { case: "challenge", value: { nonce: this.#challenge, serviceStart } });
  }

  get takesMore(): boolean {
    return this.#socket.hasRoomToSend;
  }

  drained(): void {
    this.#inbox?.drained();
  }

  /** A hint that was lost is caught up. */
  pulsed(): boolean {
    this.#inbox?.wake();
    return true;
  }

  frame(frame: Uint8Array): void {
    // Nearly every frame, and one that need not wait: it is decided at once.
    const acknowledge = this.#underWay === undefined ? readAcknowledge(frame) : undefined;
    if (acknowledge && this.#inbox && acknowledge.request > this.#lastRequest) {
      if (this.#isOpen) this.#acknowledge(acknowledge, this.#inbox);
      return;
    }
    const asked = decode(frame);
    const isNext = asked !== undefined && asked.request > this.#lastRequest;
    if (isNext) this.#lastRequest = asked.request;
    if (isNext && asked.body.case === "heartbeat") {
      const { number, isAnswer } = asked.body.value;
      if (!isAnswer && this.#isOpen) {
        this.#send(asked.request, { case: "heartbeat", value: { number, isAnswer: true } });
      }
      return;
    }
    this.#socket.began(1, frame.length);
    const served = (this.#underWay ?? Promise.resolve()).then(async () => {
      if (this.#isOpen) await this.#serve(asked, isNext);
      this.#socket.finished(1, frame.length);
      if (this.#underWay === served) this.#underWay = undefined;
    });
    this.#underWay = served;
  }

  closed(): void {
    this.#isOpen = false;
    this.#inbox?.close();
  }

  deliver(handedOut: HandedOut): void {
    // On a line that is slow it would stay where it is, and with it all of that memory.
    const memory = this.#socket.takesLong ? this.#parts.frameMemory : undefined;
    const frame = deliveryFrame(handedOut, memory);
    if (frame.length < longFrom) this.#socket.sendFrame(frame);
    else if (!this.#socket.sendLong(frame)) memory?.leave(frame);
  }

  acknowledged(position: number, isDone: boolean): void {
    const request = this.#acknowledging?.shift() ?? 0;
    if (this.#acknowledging?.length === 0) this.#acknowledging = undefined;
    if (this.#isOpen) {
      if (isDone) this.#socket.sendFrame(acknowledgedFrame(request, position));
      else this.#refuse(request, "request_invalid");
    }
    this.#socket.finished(1, 0);
  }

  ended(why: InboxEnd): void {
    if (why === "replaced") this.#shut(closeCodes.replaced);
    else void this.#sayWhySignedOut();
  }

  failed(error: unknown): void {
    this.#refuseAll(error);
  }

  async #sayWhySignedOut(): Promise<void> {
    try {
      throw await this.#parts.devices.signedOut(bytesOf(this.#accountId));
    } catch (error) {
      if (this.#isOpen) this.#refuseAll(error);
    }
  }

  /** What is refused here is refused by its number; what ends the socket has none. */
  async #serve(asked: InboxRequest | undefined, isNext: boolean): Promise<void> {
    try {
      if (!asked) throw new AssentError("request_invalid");
      if (!this.#inbox) await this.#enter(asked);
      else if (isNext) await this.#answer(asked, this.#inbox);
      else this.#refuse(asked.request, "request_invalid");
    } catch (error) {
      if (!this.#isOpen) return;
      const staysOpen = this.#inbox && asked && error instanceof AssentError;
      if (staysOpen) this.#refuse(asked.request, refusalOf(error, this.#parts.unknownError));
      else this.#refuseAll(error);
    }
  }

  /** Its answer goes out when it is durable; what is asked after it need not wait for that. */
  #acknowledge({ request, position }: AcknowledgeFrame, inbox: Inbox): void {
    this.#lastRequest = Math.max(request, this.#lastRequest);
    this.#acknowledging ??= [];
    this.#acknowledging.push(request);
    this.#socket.began(1, 0);
    inbox.acknowledge(position);
  }

  async #answer({ request, body }: InboxRequest, inbox: Inbox): Promise<void> {
    switch (body.case) {
      case "acknowledge": {
        if (body.value.position > BigInt(Number.MAX_SAFE_INTEGER)) {
          throw new AssentError("request_invalid");
        }
        this.#acknowledge({ request, position: Number(body.value.position) }, inbox);
        return;
      }
      case "mintCapabilities": {
        const { count, kind } = body.value;
        if (count < 1 || count > limits.capabilitiesPerRequest) {
          throw new AssentError("request_invalid");
        }
        const capabilities = inbox
          .mint(count, mintedKind(kind))
          .map(({ serial, capability, expiresAt }) => {
            return { serial, capability, expiresAtMs: BigInt(expiresAt) };
          });
        this.#send(request, { case: "mintedCapabilities", value: { capabilities } });
        return;
      }
      case "blockAddresses": {
        const { block, unblock } = body.value;
        requireCount([...block, ...unblock], limits.addressesPerBlock);
        for (const serial of [...block, ...unblock]) requireLength(serial, 16);
        await inbox.block({ block, unblock });
        this.#send(request, { case: "addressesBlocked", value: {} });
        return;
      }
      case "setPush": {
        const { pushEpoch: epoch, ...keys } = body.value;
        await this.#parts.push.set(inbox.mailboxId, { ...keys, epoch });
        this.#send(request, { case: "pushSet", value: {} });
        return;
      }
      case "endPush":
        await this.#parts.push.end(inbox.mailboxId);
        this.#send(request, { case: "pushEnded", value: {} });
        return;
      case "authenticate":
      case "comeBack":
        throw new AssentError("request_invalid");
      default:
        // What this service has never heard of.
        throw new AssentError("not_offered");
    }
  }

  #enter(asked: InboxRequest): Promise<void> {
    if (asked.body.case === "comeBack") return this.#comeBack(asked.request, asked.body.value);
    this.#place.askedToEnter();
    return this.#parts.entrance.pass(async () => {
      // It may have gone while others were let in.
      if (this.#isOpen) await this.#authenticate(asked);
    });
  }

  /** Without storage: what it would be told of there is as it was. */
  async #comeBack(request: number, asked: ComeBack): Promise<void> {
    // Once: whoever has a key needs no more, and who has none would have them compared without end.
    if (!this.#challenge || !this.#mayComeBack) throw new AssentError("unauthenticated");
    this.#mayComeBack = false;
    const returning = this.#parts.returns.find(asked, this.#challenge);
    if (!returning) {
      // No refusal: it is asked to sign.
      this.#send(request, { case: "error", value: { code: "key_outdated" } });
      return;
    }
    this.#challenge = undefined;
    this.#place.askedToEnter();
    await this.#letIn(request, returning, {});
  }

  async #authenticate({ request, body }: InboxRequest): Promise<void> {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (!challenge || body.case !== "authenticate") throw new AssentError("unauthenticated");
    const { devices, keyPackagesLeft, returns } = this.#parts;
    // Both are asked of storage together, though it may not be the device: it is told of nothing before it is known to be.
    const [{ device, lastRequest, isBehind }, left] = await Promise.all([
      devices.deviceOfInbox(challenge, body.value),
      keyPackagesLeft(body.value.deviceId),
    ]);
    const { accountId, mailboxId } = device;
    const returning = { accountId, mailboxId, left };
    // One that is behind is to be shown why each time that it comes.
    const returnKey = isBehind ? undefined : returns.keyFor(device.deviceId, returning);
    await this.#letIn(request, returning, {
      ...(lastRequest && { lastRequest }),
      ...(returnKey && { returnKey }),
    });
  }

  async #letIn(request: number, returning: Returning, toldOnce: ToldOnce): Promise<void> {
    const { devices, mailboxes, push } = this.#parts;
    const { accountId, mailboxId, left } = returning;
    const inbox = await mailboxes.openInbox(mailboxId, this);
    // Asked of storage by who has one alone.
    const pushHash = await push.hashOf(mailboxId);
    if (!this.#isOpen) return;
    if (!inbox) throw await devices.signedOut(accountId);
    if (!this.#place.becameKnown()) {
      this.#shut(closeCodes.tryLater);
      return;
    }
    this.#inbox = inbox;
    this.#accountId = textOf(accountId);
    this.#sendReady(request, inbox, { ...toldOnce, pushHash }, left);
    inbox.listen();
  }

  #sendReady(
    request: number,
    { acknowledged, lineage, generation }: Inbox,
    told: ToldOnce & { readonly pushHash: Uint8Array },
    left: KeyPackagesLeft,
  ): void {
    const { certificateNumber, sequence } = this.#parts.cell.published();
    this.#send(request, {
      case: "ready",
      value: {
        ...told,
        singleUseKeyPackagesLeft: left.singleUse,
        lastResortTaken: left.lastResortTaken,
        acknowledgedPosition: BigInt(acknowledged),
        lineage,
        generation,
        certificateNumber,
        parametersSequence: sequence,
      },
    });
  }

  #send(request: number, body: Answer): void {
    const message = create(InboxAnswerSchema, { request, body });
    this.#socket.sendFrame(socketFrameOf(toBinary(InboxAnswerSchema, message)));
  }

  #refuse(request: number, code: WireErrorCode): void {
    this.#parts.refused(code);
    this.#send(request, { case: "error", value: { code } });
  }

  /** Ends the socket. */
  #refuseAll(error: unknown): void {
    const code = refusalOf(error, this.#parts.unknownError);
    this.#parts.refused(code);
    const stated = error instanceof SignedOut ? error.stated : undefined;
    this.#send(0, { case: "error", value: { code, ...stated } });
    this.#shut(code === "internal" ? closeCodes.failed : closeCodes.refused);
  }

  #shut(code: number): void {
    this.#isOpen = false;
    this.#inbox?.close();
    this.#socket.end(code);
  }
}

function mintedKind(kind: AddressKindOnWire): Exclude<AddressKind, "provisional"> {
  if (kind === AddressKindOnWire.GROUP) return "group";
  if (kind === AddressKindOnWire.FULL || kind === AddressKindOnWire.UNSPECIFIED) return "full";
  throw new AssentError("request_invalid");
}

// Whatever is asked, it is one thing: the longest list is of addresses.
const mostFields = limits.addressesPerBlock + 16;

/** Undefined where it cannot be read, is more than can be asked, or has no number to be answered by. */
function decode(frame: Uint8Array): InboxRequest | undefined {
  if (countFields(InboxRequestSchema, frame, mostFields) === undefined) return undefined;
  try {
    const asked = fromBinary(InboxRequestSchema, frame, { readUnknownFields: false });
    return asked.request > 0 ? asked : undefined;
  } catch {
    return undefined;
  }
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
