// The inbox on the wire: a challenge, the device's answer to it, then its mailbox. Requests of one socket are
// served one after the other, in the order they came; deliveries go out between them.
import {
  AssentError,
  type Authenticate,
  type InboxAnswer,
  InboxAnswerSchema,
  type InboxRequest,
  InboxRequestSchema,
  limits,
  signatureLength,
} from "@assent/protocol";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Authentication } from "../authentication/authentication.ts";
import { requireCount, requireLength } from "../request-fields.ts";
import type { DeliveryFrame } from "./delivery-frame.ts";
import type { Inbox, InboxEnd, InboxListener } from "./inbox.ts";
import type { Mailboxes } from "./mailbox.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";
import type { WaitingEnvelope } from "./store.ts";

type Answer = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["answer"]>;

export interface InboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "openInbox">;
  readonly authentication: Pick<Authentication, "deviceOfInbox">;
  readonly deliveryFrame: DeliveryFrame;
  readonly singleUseLeft: (deviceId: Uint8Array) => Promise<number>;
  readonly unknownError: (error: unknown) => void;
}

export class InboxSocket implements SocketListener, InboxListener {
  readonly #parts: InboxSocketParts;
  readonly #socket: MailboxSocket;
  /** Until it is answered. */
  #challenge: Uint8Array | undefined;
  #inbox: Inbox | undefined;
  #isOpen = true;
  #lastServed: Promise<void> = Promise.resolve();

  constructor(parts: InboxSocketParts, challenge: Uint8Array, socket: MailboxSocket) {
    this.#parts = parts;
    this.#challenge = challenge;
    this.#socket = socket;
  }

  /** Sends the challenge. */
  opened(): void {
    if (this.#challenge) this.#send({ case: "challenge", value: { nonce: this.#challenge } });
  }

  mayStay(): boolean {
    return this.#inbox !== undefined;
  }

  frame(frame: Uint8Array): void {
    this.#socket.began(frame.length);
    this.#lastServed = this.#lastServed.then(() => this.#serve(frame));
  }

  closed(): void {
    this.#isOpen = false;
    this.#inbox?.close();
  }

  deliver(envelopes: readonly WaitingEnvelope[], caughtUp: boolean): void {
    this.#socket.sendFrame(this.#parts.deliveryFrame(envelopes, caughtUp));
  }

  ended(why: InboxEnd): void {
    if (why === "signed_out") this.#refuse(new AssentError("signed_out"));
    else this.#shut(closeCodes.replaced);
  }

  failed(error: unknown): void {
    this.#refuse(error);
  }

  async #serve(frame: Uint8Array): Promise<void> {
    try {
      if (this.#isOpen) await this.#answer(decode(frame));
    } catch (error) {
      if (this.#isOpen) this.#refuse(error);
    }
    this.#socket.finished(frame.length);
  }

  async #answer({ request }: InboxRequest): Promise<void> {
    if (this.#challenge && request.case === "authenticate") {
      await this.#authenticate(this.#challenge, request.value);
      return;
    }
    if (!this.#inbox) throw new AssentError("unauthenticated");
    switch (request.case) {
      case "acknowledge": {
        const { position } = request.value;
        if (position > BigInt(Number.MAX_SAFE_INTEGER)) throw new AssentError("request_invalid");
        await this.#inbox.acknowledge(Number(position));
        this.#send({ case: "acknowledged", value: { position } });
        return;
      }
      case "mintCapabilities": {
        const { count } = request.value;
        if (count < 1 || count > limits.capabilitiesPerRequest) {
          throw new AssentError("request_invalid");
        }
        const capabilities = this.#inbox.mint(count).map(({ serial, capability, expiresAt }) => ({
          serial,
          capability,
          expiresAtMs: BigInt(expiresAt),
        }));
        this.#send({ case: "mintedCapabilities", value: { capabilities } });
        return;
      }
      case "blockAddresses": {
        const { block, unblock } = request.value;
        requireCount([...block, ...unblock], limits.addressesPerBlock);
        for (const serial of [...block, ...unblock]) requireLength(serial, 16);
        await this.#inbox.block({ block, unblock });
        this.#send({ case: "addressesBlocked", value: {} });
        return;
      }
      default:
        throw new AssentError("request_invalid");
    }
  }

  async #authenticate(challenge: Uint8Array, answer: Authenticate): Promise<void> {
    requireLength(answer.deviceId, 32);
    requireLength(answer.signature, signatureLength);
    const device = await this.#parts.authentication.deviceOfInbox(challenge, answer);
    const singleUseKeyPackagesLeft = await this.#parts.singleUseLeft(device.deviceId);
    if (!this.#isOpen) return;
    this.#challenge = undefined;
    this.#send({ case: "ready", value: { singleUseKeyPackagesLeft } });
    this.#inbox = this.#parts.mailboxes.openInbox(device.mailboxId, this);
  }

  #send(answer: Answer): void {
    const message: InboxAnswer = create(InboxAnswerSchema, { answer });
    this.#socket.sendFrame(toBinary(InboxAnswerSchema, message));
  }

  #refuse(error: unknown): void {
    if (!(error instanceof AssentError)) this.#parts.unknownError(error);
    const code = error instanceof AssentError ? error.code : "internal";
    this.#send({ case: "error", value: { code } });
    this.#shut(code === "internal" ? closeCodes.failed : closeCodes.refused);
  }

  #shut(code: number): void {
    this.#isOpen = false;
    this.#inbox?.close();
    this.#socket.close(code);
  }
}

function decode(frame: Uint8Array): InboxRequest {
  try {
    return fromBinary(InboxRequestSchema, frame);
  } catch (cause) {
    throw new AssentError("request_invalid", { cause });
  }
}
