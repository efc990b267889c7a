// How much may wait in a mailbox: of all, of what strangers put, through each other address. The room that strangers' texts
// take comes back on the full hour.
import type { StoredPut } from "../../mailbox/store.ts";
import type { AddressShares } from "./address-shares.ts";
import type { Mailbox } from "./mailbox.ts";

/** @param share of the put's address, as `AddressShares.find` gave it @param hour of the put */
export function isFull(
  mailbox: Mailbox,
  { address, bodyLength, limit }: StoredPut,
  shares: AddressShares,
  share: number,
  hour: number,
): boolean {
  if (mailbox.waiting >= limit.envelopes || mailbox.bytes + bodyLength > limit.bytes) return true;
  if (address.kind === "provisional") {
    // Otherwise who may put strangers' texts alone could watch when the phone takes them.
    const isHeld = mailbox.releasedHour === hour;
    const envelopes = mailbox.provisional + (isHeld ? mailbox.released : 0);
    const bytes = mailbox.provisionalBytes + (isHeld ? mailbox.releasedBytes : 0);
    return envelopes >= limit.provisionalEnvelopes || bytes + bodyLength > limit.provisionalBytes;
  }
  if (share < 0) return bodyLength > limit.fullBytes || limit.fullEnvelopes < 1;
  return (
    shares.envelopes(share) >= limit.fullEnvelopes ||
    shares.bytes(share) + bodyLength > limit.fullBytes
  );
}

/** What left the pool of strangers since it was as much as this was released in this hour. */
export function released(
  mailbox: Mailbox,
  hour: number,
  provisional: number,
  provisionalBytes: number,
): void {
  if (mailbox.provisional === provisional) return;
  const isSame = mailbox.releasedHour === hour;
  mailbox.released = (isSame ? mailbox.released : 0) + provisional - mailbox.provisional;
  mailbox.releasedBytes =
    (isSame ? mailbox.releasedBytes : 0) + provisionalBytes - mailbox.provisionalBytes;
  mailbox.releasedHour = hour;
}
