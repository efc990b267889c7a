// The inbox on the wire: a challenge, the device's answer to it, then its mailbox. Requests of one socket are
// served one after the other, in the order they came; deliveries go out between them.
import {
  AssentError,
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
import type { Inbox, InboxEnd, InboxListener } from "./inbox.ts";
import type { Mailboxes } from "./mailbox.ts";
import { closeCodes, type MailboxSocket, type SocketListener } from "./socket.ts";

type Answer = NonNullable<MessageInitShape<typeof InboxAnswerSchema>["answer"]>;

export interface InboxSocketParts {
  readonly mailboxes: Pick<Mailboxes, "openInbox">;
  readonly authentication: Pick<Authentication, "deviceOfInbox">;
  readonly singleUseLeft: (deviceId: Uint8Array) => Promise<number>;
  readonly unknownError: (error: unknown) => void;
}

export interface InboxSocketListener extends SocketListener {
  /** Sends the challenge. */
  opened(): void;
  /** Whether the device has said who it is. */
  isAuthenticated(): boolean;
}

export function inboxListener(
  parts: InboxSocketParts,
  challenge: Uint8Array,
  socket: () => MailboxSocket,
): InboxSocketListener {
  let inbox: Inbox | undefined;
  let isOpen = true;
  let lastServed: Promise<void> = Promise.resolve();

  function send(answer: Answer): void {
    const message: InboxAnswer = create(InboxAnswerSchema, { answer });
    socket().send(toBinary(InboxAnswerSchema, message));
  }

  function refuse(error: unknown): void {
    if (!(error instanceof AssentError)) parts.unknownError(error);
    const code = error instanceof AssentError ? error.code : "internal";
    send({ case: "error", value: { code } });
    shut(code === "internal" ? closeCodes.failed : closeCodes.refused);
  }

  function shut(code: number): void {
    isOpen = false;
    inbox?.close();
    socket().close(code);
  }

  const listener: InboxListener = {
    deliver: (envelopes, caughtUp) => {
      const delivered = envelopes.map(({ position, envelopeId, serial, body }) => ({
        position: BigInt(position),
        envelopeId,
        addressSerial: serial,
        body,
      }));
      send({ case: "delivery", value: { envelopes: delivered, caughtUp } });
    },
    ended(why: InboxEnd) {
      if (why === "signed_out") refuse(new AssentError("signed_out"));
      else shut(closeCodes.replaced);
    },
    failed: refuse,
  };

  async function serve({ request }: InboxRequest): Promise<void> {
    if (request.case === "authenticate" && !inbox) {
      requireLength(request.value.deviceId, 32);
      requireLength(request.value.signature, signatureLength);
      const device = await parts.authentication.deviceOfInbox(challenge, request.value);
      const singleUseKeyPackagesLeft = await parts.singleUseLeft(device.deviceId);
      if (!isOpen) return;
      send({ case: "ready", value: { singleUseKeyPackagesLeft } });
      inbox = parts.mailboxes.openInbox(device.mailboxId, listener);
      return;
    }
    if (!inbox) throw new AssentError("unauthenticated");
    switch (request.case) {
      case "acknowledge": {
        const { position } = request.value;
        if (position > BigInt(Number.MAX_SAFE_INTEGER)) throw new AssentError("request_invalid");
        await inbox.acknowledge(Number(position));
        send({ case: "acknowledged", value: { position } });
        return;
      }
      case "mintCapabilities": {
        const { count } = request.value;
        if (count < 1 || count > limits.capabilitiesPerRequest) {
          throw new AssentError("request_invalid");
        }
        const capabilities = inbox.mint(count).map(({ serial, capability, expiresAt }) => ({
          serial,
          capability,
          expiresAtMs: BigInt(expiresAt),
        }));
        send({ case: "mintedCapabilities", value: { capabilities } });
        return;
      }
      case "blockAddresses": {
        const { block, unblock } = request.value;
        requireCount([...block, ...unblock], limits.addressesPerBlock);
        for (const serial of [...block, ...unblock]) requireLength(serial, 16);
        await inbox.block({ block, unblock });
        send({ case: "addressesBlocked", value: {} });
        return;
      }
      default:
        throw new AssentError("request_invalid");
    }
  }

  return {
    opened: () => send({ case: "challenge", value: { nonce: challenge } }),
    isAuthenticated: () => inbox !== undefined,
    frame(frame) {
      const finished = socket().began(frame.length);
      lastServed = lastServed
        .then(async () => {
          if (isOpen) await serve(decode(frame));
        })
        .catch((error: unknown) => {
          if (isOpen) refuse(error);
        })
        .finally(finished);
    },
    closed() {
      isOpen = false;
      inbox?.close();
    },
  };
}

function decode(frame: Uint8Array): InboxRequest {
  try {
    return fromBinary(InboxRequestSchema, frame);
  } catch (cause) {
    throw new AssentError("request_invalid", { cause });
  }
}
