// Taking back what was not handed out: decided at once for all that is asked together, as one batch makes it durable. What
// is refused changes nothing, and is refused for the same whatever waits, so that a refusal tells nothing of a phone.
import type { RevokeLimit, StoredRevoke } from "../../mailbox/store.ts";
import { foldedIdOf, pendingSegment } from "./envelope-table.ts";
import type { Mailbox } from "./mailbox.ts";
import { released } from "./mailbox-room.ts";
import { addressOf, pastRevoked, type RevokedEnvelope, revokedOf } from "./revoked-envelopes.ts";
import type { WaitingEnvelopes } from "./waiting-envelopes.ts";

/** One that is asked for, and the mailbox it is in. */
export interface Asked extends StoredRevoke {
  readonly mailbox: Mailbox;
}

export type TakenBack = "revoked" | "handed" | "not-known" | "too-many" | "gone";

export interface TakingBackParts {
  readonly waiting: WaitingEnvelopes;
  /** The mailbox's state is to be written. */
  readonly state: (mailbox: Mailbox) => void;
  /** Resolves when everything decided so far is durable. */
  readonly durable: () => Promise<void>;
}

const none = -1;
const hourMs = 3_600_000;

export class TakingBack {
  readonly #parts: TakingBackParts;

  constructor(parts: TakingBackParts) {
    this.#parts = parts;
  }

  /** As the port says, of mailboxes that were there. */
  async revoke(all: readonly Asked[], now: number, limit: RevokeLimit): Promise<TakenBack> {
    // What is not durable may still be taken back by a full disk, and has no place that can be erased.
    while (all.some((one) => this.#isPending(one))) await this.#parts.durable();
    const decided = this.#decide(all, Math.floor(now / hourMs), limit);
    await this.#parts.durable();
    return decided;
  }

  /** Whether what had this position, of the current generation, was taken back. */
  isRevoked({ revoked }: Mailbox, position: number): boolean {
    return revoked?.some((one) => one.position === position) ?? false;
  }

  /** Forgets what was taken back before an hour, where nothing waits before it. @param hourNow none is later */
  forget(mailbox: Mailbox, hourNow: number, before: number): void {
    if (!mailbox.revoked?.some(({ hour }) => hour < before || hour > hourNow)) return;
    const left = mailbox.revoked
      .filter(({ hour, position }) => hour >= before || position > mailbox.removed)
      .map((one) => ({ ...one, hour: Math.min(one.hour, hourNow) }));
    if (left.length < mailbox.revoked.length) this.#parts.state(mailbox);
    mailbox.revoked = left.length > 0 ? left : undefined;
  }

  #decide(all: readonly Asked[], hour: number, limit: RevokeLimit): TakenBack {
    if (all.some(({ mailbox }) => !mailbox.isThere)) return "gone";
    if (isTooMuch(all, limit)) return "too-many";
    const fates = all.map((one) => this.#fateOf(one));
    if (fates.includes("handed")) return "handed";
    for (const one of all) this.#takeBack(one, hour);
    return fates.includes("not-known") ? "not-known" : "revoked";
  }

  #fateOf(asked: Asked): "revoked" | "handed" | "not-known" {
    const { mailbox, position } = asked;
    if (isFormer(asked)) return "not-known";
    const before = revokedOf(mailbox.revoked, foldedIdOf(asked.envelopeId, 0));
    if (before) return before.position > 0 ? "revoked" : "not-known";
    if (position !== undefined && position <= mailbox.handed) {
      return hasExpired(mailbox, position) ? "revoked" : "handed";
    }
    return this.#waitingSlot(asked) === none ? "not-known" : "revoked";
  }

  /** Of what was not handed out; where that was, or is not there, no ticket was shown that says so. */
  #takeBack(asked: Asked, hour: number): void {
    const { mailbox, address, envelopeId, position } = asked;
    const foldedId = foldedIdOf(envelopeId, 0);
    if (isFormer(asked) || revokedOf(mailbox.revoked, foldedId)) return;
    const { waiting } = this.#parts;
    const slot = this.#waitingSlot(asked);
    const expired = position !== undefined && hasExpired(mailbox, position) ? position : 0;
    const revoked: RevokedEnvelope = {
      foldedId,
      position: slot === none ? expired : waiting.table.position(slot),
      hour,
      address: addressOf(address.serial),
    };
    mailbox.revoked = [...(mailbox.revoked ?? []), revoked];
    if (slot !== none) {
      const { provisional, provisionalBytes } = mailbox;
      waiting.removeOne(mailbox, slot);
      released(mailbox, hour, provisional, provisionalBytes);
    }
    mailbox.removed = pastRevoked(mailbox.revoked, mailbox.removed);
    mailbox.handed = pastRevoked(mailbox.revoked, mailbox.handed);
    this.#parts.state(mailbox);
  }

  /** Where it waits to be handed out. */
  #waitingSlot({ mailbox, envelopeId }: Asked): number {
    const { table } = this.#parts.waiting;
    const slot = table.find(mailbox.ordinal, envelopeId, 0);
    return slot !== none && table.position(slot) > mailbox.handed ? slot : none;
  }

  #isPending({ mailbox, envelopeId }: Asked): boolean {
    const { table } = this.#parts.waiting;
    const slot = table.find(mailbox.ordinal, envelopeId, 0);
    return mailbox.isThere && slot !== none && table.segment(slot) === pendingSegment;
  }
}

/** Through a former address nothing is put any more. */
function isFormer({ mailbox, address }: Asked): boolean {
  return address.generation !== mailbox.generation;
}

function hasExpired({ expired }: Mailbox, position: number): boolean {
  return expired?.some(({ from, to }) => from <= position && position <= to) ?? false;
}

/** Of what would be new, whatever became of it. */
function isTooMuch(all: readonly Asked[], limit: RevokeLimit): boolean {
  const isNew = (one: Asked) =>
    !isFormer(one) && !revokedOf(one.mailbox.revoked, foldedIdOf(one.envelopeId, 0));
  return all.filter(isNew).some(({ mailbox, address }, _index, added) => {
    const before = mailbox.revoked ?? [];
    const here = added.filter((one) => one.mailbox === mailbox);
    const own = addressOf(address.serial);
    const ofAddress =
      before.filter((one) => one.address === own).length +
      here.filter((one) => addressOf(one.address.serial) === own).length;
    return before.length + here.length > limit.ofMailbox || ofAddress > limit.ofAddress;
  });
}
