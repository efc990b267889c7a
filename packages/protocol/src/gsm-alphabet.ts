// The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1), one septet an octet, as SMPP carries
// it. test/vectors/gsm0338 holds the same table from elsewhere.

const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

const escapeSeptet = 0x1b;

const extension: Readonly<Record<string, number>> = {
  "\f": 0x0a,
  "^": 0x14,
  "{": 0x28,
  "}": 0x29,
  "\\": 0x2f,
  "[": 0x3c,
  "~": 0x3d,
  "]": 0x3e,
  "|": 0x40,
  "€": 0x65,
};

/** One or two septets; undefined where the alphabet does not have it. */
export function septetsOf(character: string): readonly number[] | undefined {
  const septet = basic.indexOf(character);
  if (septet >= 0 && septet !== escapeSeptet && character.length === 1) return [septet];
  const second = Object.hasOwn(extension, character) ? extension[character] : undefined;
  return second === undefined ? undefined : [escapeSeptet, second];
}

/** What each septet says; a space stands for what is not in the table (§6.2.1, note 1). */
export function textOfSeptets(septets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < septets.length; at++) {
    const septet = septets[at] as number;
    if (septet === escapeSeptet) {
      at += 1;
      text += extended(septets[at]);
    } else {
      text += basic[septet] ?? " ";
    }
  }
  return text;
}

function extended(second: number | undefined): string {
  const known = Object.entries(extension).find(([, septet]) => septet === second);
  // Of an extension nobody knows, the basic character is shown.
  return known?.[0] ?? basic[second ?? -1] ?? " ";
}
