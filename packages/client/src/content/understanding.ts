// What of contents a version of this code understands, and what each says. Handed to whoever reads contents: it is no global,
// so that one version can be tried after another over the same profile.
import { type Content, hex, type MessageId, type MessageStatus } from "@assent/protocol";

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
export type OfAnother = { readonly target: MessageId } & (
  | { readonly kind: "edit"; readonly text: string }
  | { readonly kind: "unsent" }
  /** Empty: with nothing any more. */
  | { readonly kind: "reaction"; readonly reaction: string }
);

export interface Understanding {
  /** Raised whenever something is added: what was kept as not understood is read again then. */
  readonly version: number;
  /** Undefined where it does not understand the body, or there is none. */
  read(content: Content): Meaning | undefined;
}

/** Texts, what became of them, requests to send them again, and what is said of them. */
export const understanding: Understanding = {
  version: 2,
  read: ({ body, replaces, inReplyTo }) => {
    switch (body.case) {
      case "text": {
        const { text } = body.value;
        if (replaces.length === 0) return { kind: "text", text };
        return ofAnother(replaces, (target) => ({ kind: "edit", target, text }));
      }
      case "status":
        return { kind: "status", status: body.value };
      case "resend":
        return { kind: "resend", envelopeIds: body.value.envelopeIds };
      case "unsent":
        return ofAnother(replaces, (target) => ({ kind: "unsent", target }));
      case "reaction": {
        const { reaction } = body.value;
        return ofAnother(inReplyTo, (target) => ({ kind: "reaction", target, reaction }));
      }
      default:
        return undefined;
    }
  },
};

/** Of no message, it says nothing. */
function ofAnother(target: Uint8Array, said: (target: MessageId) => OfAnother): Meaning {
  return target.length === 32 ? said(hex(target) as MessageId) : { kind: "nothing" };
}
