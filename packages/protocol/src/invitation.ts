// An invitation to a service that takes those alone who were invited: 80 random bits, as people pass them on.

/** Among the features of a cell that takes nobody without one. */
export const inviteOnly = "invite-only";

export const invitationLength = 10;

/** 10 bytes. */
export type Invitation = Uint8Array<ArrayBuffer> & { readonly __invitation: unique symbol };

// Crockford's base 32: no letter that is read as a digit.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const bitsPerCharacter = 5;
const charactersPerGroup = 4;
const characters = (invitationLength * 8) / bitsPerCharacter;

/** Such as "7K3M-Q2XD-9FVT-H4RW". */
export function writeInvitation(invitation: Uint8Array): string {
  const digits = bitsOf(invitation).match(/.{5}/g) ?? [];
  const text = digits.map((bits) => alphabet[Number.parseInt(bits, 2)]).join("");
  return (text.match(/.{4}/g) ?? []).join("-");
}

/** In capitals or not, with hyphens, spaces or nothing between, O for 0, I and L for 1. Undefined where it is none. */
export function readInvitation(written: string): Invitation | undefined {
  if (written.length > characters * charactersPerGroup) return undefined;
  const text = written
    .toUpperCase()
    .replace(/[\s\u2010-\u2015-]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  const values = [...text].map((character) => alphabet.indexOf(character));
  if (values.length !== characters || values.includes(-1)) return undefined;
  const bits = values.map((value) => value.toString(2).padStart(bitsPerCharacter, "0")).join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return new Uint8Array(bytes) as Invitation;
}

function bitsOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
}
