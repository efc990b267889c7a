// What of contents a version of this code understands, and what each says. Handed to whoever reads contents: it is no global,
// so that one version can be tried after another over the same profile.
import type { Content, MessageId, MessageStatus } from "@assent/protocol";
import type { Message } from "../store/records.ts";

/** What a content says to whoever applies it. */
export type Meaning =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "status"; readonly status: MessageStatus }
  | { readonly kind: "resend"; readonly envelopeIds: readonly Uint8Array[] }
  | OfAnother
  /** A body of a later version. */
  | { readonly kind: "not understood" }
  | { readonly kind: "nothing" };

/** Says something of another message of its conversation, which may come after it. */
export interface OfAnother {
  readonly kind: "of another";
  readonly target: MessageId;
  /** What the other becomes by it; undefined where its sender may not say that of it. */
  become(target: Message, senderAccountId: Uint8Array): Message | undefined;
}

export interface Understanding {
  /** Raised whenever something is added: what was kept as not understood is read again then. */
  readonly version: number;
  /** Undefined where it does not understand the body, or there is none. */
  read(content: Content): Meaning | undefined;
}

/** Texts, what became of them, and requests to send them again. */
export const understanding: Understanding = {
  version: 1,
  read: ({ body }) => {
    switch (body.case) {
      case "text":
        return { kind: "text", text: body.value.text };
      case "status":
        return { kind: "status", status: body.value };
      case "resend":
        return { kind: "resend", envelopeIds: body.value.envelopeIds };
      default:
        return undefined;
    }
  },
};
