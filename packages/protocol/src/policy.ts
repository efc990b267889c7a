// The policy a person says yes to. It ships with the client, so it can be read before anything leaves, and its
// hash is signed. Its words say what docs/protocol.md does: change one, change both, and raise the version.
import { hex, utf8 } from "./bytes.ts";
import { sha256 } from "./hashing.ts";

/** What a yes can be for. Only `service` is asked for when turning on; each other when first wanted. */
export const purposes = ["service", "discovery", "receipts", "push", "sms-relay"] as const;
export type Purpose = (typeof purposes)[number];

export function isPurpose(text: string): text is Purpose {
  return (purposes as readonly string[]).includes(text);
}

export interface Policy {
  readonly version: number;
  readonly text: string;
}

export const policy: Policy = {
  version: 4,
  text: `Turn on private messages?
It's your choice. Texting works either way.

We will send:
  your phone number, your signed yes, the code from the SMS, your public keys, a random device name; a blinded
  form of a number you text, or that texts you; your texts, encrypted so that only their recipient can read
  them; a receipt when a text of a person you write with arrived; which addresses you gave out you block.
We will never send:
  your contacts (lookups are blinded), your old texts, your location, or any identifier of the hardware.
Our server can see:
  your number while it is verified, as your carrier does; that this number joined, when a device is connected,
  how many numbers were looked up, and the size and time of what arrives for it. It is not told who sent it and
  keeps no note of it, and cannot read it; internet addresses and timing could hint at who.
How long we keep it:
  your number until the SMS with the code is handed over, what follows from it for 10 minutes; texts until your
  device has them, 31 days at most; your public keys, your sealed record, your device's random name, how far it
  has received, its last signature and what you block, until you turn off; how many lookups and SMS were used, under
  a key, 20 days at most, also when you turned off; that a random account ended, 400 days. While our server's
  clock may be wrong, what is kept for days stays until it is right.
Anyone who has or guesses your number can learn that you use this.

You can turn off at any time. What the service holds is then deleted at once, but for these counts and that an
account ended, and texts come by SMS.
`,
};

/** 32 bytes: what the consent statement says was shown. */
export function policyHash(shown: Policy): Uint8Array<ArrayBuffer> {
  return sha256(utf8(shown.text));
}

/** A short name of a policy's exact words, for people to compare. */
export function policyFingerprint(shown: Policy): string {
  return hex(policyHash(shown).subarray(0, 8));
}
