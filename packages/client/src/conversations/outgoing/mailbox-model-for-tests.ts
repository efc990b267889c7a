// For tests only: what the service does with one mailbox, by docs/protocol.md. A model, beside which the client is tried.
import { envelopeIdOf, hex } from "@assent/protocol";
import type { RevokeAnswer, RevokedEnvelope } from "../../egress/outbox.ts";

export class MailboxModel {
  #lineage = 1;
  #last = 0;
  readonly #waiting = new Map<number, string>();
  readonly #known = new Map<string, number>();
  readonly #revoked = new Map<string, RevokeAnswer>();
  readonly #revokedPositions = new Set<string>();

  put(id: string): { readonly ticket: Uint8Array } | "revoked" {
    if (this.#revoked.has(id)) return "revoked";
    const known = this.#known.get(id);
    if (known !== undefined) return { ticket: this.#ticketOf(known) };
    this.#last += 1;
    this.#waiting.set(this.#last, id);
    this.#known.set(id, this.#last);
    return { ticket: this.#ticketOf(this.#last) };
  }

  revoke({ secret, ticket }: RevokedEnvelope): RevokeAnswer {
    const id = hex(envelopeIdOf(secret));
    const before = this.#revoked.get(id);
    if (before) return before;
    const isOfNow = ticket[0] === this.#lineage;
    const position = isOfNow ? ticket[1] : this.#known.get(id);
    const isWaiting = position !== undefined && this.#waiting.get(position) === id;
    if (isOfNow && !isWaiting) return "handed";
    const answer = isWaiting ? "revoked" : "not-known";
    this.#revoked.set(id, answer);
    if (position !== undefined) {
      this.#waiting.delete(position);
      this.#revokedPositions.add(hex(this.#ticketOf(position)));
    }
    return answer;
  }

  status(ticket: Uint8Array): "held" | "lost" | "revoked" {
    if (ticket[0] !== this.#lineage) return "lost";
    return this.#revokedPositions.has(hex(ticket)) ? "revoked" : "held";
  }

  /** Handed out and acknowledged: nothing is known of it then. */
  take(): string[] {
    const ids = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const id of ids) this.#known.delete(id);
    return ids;
  }

  /** A backup from before all of it is put back: what was taken back since is not known any more. */
  restore(): void {
    this.#lineage += 1;
    this.#waiting.clear();
    this.#known.clear();
  }

  #ticketOf(position: number): Uint8Array {
    return Uint8Array.of(this.#lineage, position, ...new Uint8Array(14));
  }
}
