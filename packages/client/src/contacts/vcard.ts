// Reads address book files: vCard 3.0 (RFC 2426), 4.0 (RFC 6350), and 2.1 as phones still write it. Takes names
// and phone numbers and nothing else. The file is untrusted: what is not understood is passed over.
import { AssentError } from "@assent/protocol";

export interface VcardPerson {
  /** In one line; empty where the card gives none. */
  readonly name: string;
  /** As written, each once; a `tel:` URI without its scheme. Whether one is a number is for others to say. */
  readonly numbers: string[];
}

export interface Vcards {
  readonly cards: VcardPerson[];
  /** Cards that do not end, or hold a name or number past the limit. */
  readonly skipped: number;
}

const largestFile = 16 * 1024 * 1024;
/** Bytes of one line that is read, unfolded. Others, such as photos, are passed over at any length. */
const longestLine = 64 * 1024;

/** @throws AssentError contacts_unreadable where nothing in the file is a vCard, or it is larger than 16 MB. */
export function parseVcards(file: Uint8Array): Vcards {
  if (file.length > largestFile) throw new AssentError("contacts_unreadable");
  const cards: VcardPerson[] = [];
  let skipped = 0;
  let card: Card | undefined;
  for (const line of logicalLines(withoutByteOrderMark(file))) {
    const property = propertyOf(line);
    if (isMark(property, "BEGIN")) {
      if (card?.takesAgent) {
        card.agents += 1;
      } else {
        // Where a card begins inside another, the other was cut off.
        if (card) skipped += 1;
        card = { agents: 0, takesAgent: false, malformed: false, tooOld: false, names: {}, numbers: [] };
      }
    } else if (card && card.agents > 0) {
      if (isMark(property, "END")) card.agents -= 1;
    } else if (card && isMark(property, "END")) {
      if (card.malformed) skipped += 1;
      else cards.push(personOf(card));
      card = undefined;
    } else if (card && property) {
      read(card, property);
    }
  }
  if (card) skipped += 1;
  if (cards.length + skipped === 0) throw new AssentError("contacts_unreadable");
  return { cards, skipped };
}

/** A card while it is read. */
interface Card {
  /** How many cards of agents inside this one are open: 2.1 puts a whole card behind `AGENT:`. */
  agents: number;
  /** The line before was `AGENT:`. */
  takesAgent: boolean;
  malformed: boolean;
  /** 2.1, where a comma in a name is a comma. */
  tooOld: boolean;
  names: { FN?: string; N?: string; ORG?: string };
  numbers: string[];
}

function read(card: Card, property: Property): void {
  card.takesAgent = property.name === "AGENT" && property.value.length === 0;
  switch (property.name) {
    case "VERSION":
      card.tooOld = textOf(property).trim() === "2.1";
      break;
    case "FN":
    case "N":
    case "ORG":
      if (property.cutOff) card.malformed = true;
      else card.names[property.name] ||= textOf(property);
      break;
    case "TEL":
      if (property.cutOff) card.malformed = true;
      else card.numbers.push(inOneLine(numberText(textOf(property))));
      break;
  }
}

function personOf(card: Card): VcardPerson {
  const { FN = "", N = "", ORG = "" } = card.names;
  const name = [unescaped(FN), composedName(N, card.tooOld), splitUnescaped(ORG, ";").map(unescaped).join(" ")]
    .map(inOneLine)
    .find((candidate) => candidate !== "");
  return { name: name ?? "", numbers: [...new Set(card.numbers)].filter((number) => number !== "") };
}

/** From family; given; additional; prefixes; suffixes, as it is spoken. */
function composedName(value: string, commasAreText: boolean): string {
  const [family, given, additional, prefixes, suffixes] = splitUnescaped(value, ";").map((part) =>
    (commasAreText ? [part] : splitUnescaped(part, ",")).map(unescaped).join(" "),
  );
  return [prefixes, given, additional, family, suffixes].filter((part) => part?.trim()).join(" ");
}

/** The number of a `tel:` URI (RFC 3966) with those of its parameters that change whom it reaches; or the text. */
function numberText(value: string): string {
  const text = unescaped(value).trim();
  if (text.slice(0, 4).toLowerCase() !== "tel:") return text;
  const [number, ...parameters] = text.slice(4).split(";");
  const kept = parameters.filter((parameter) => /^(?:ext|phone-context)=/i.test(parameter));
  const uri = [number, ...kept].join(";");
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

interface Property {
  /** Upper case, without its group. */
  readonly name: string;
  /** Upper case, as written: `TYPE=CELL`, or in 2.1 `CELL`. */
  readonly parameters: readonly string[];
  readonly value: Uint8Array;
  readonly cutOff: boolean;
}

function isMark(property: Property | undefined, name: "BEGIN" | "END"): property is Property {
  return property?.name === name && textOf(property).trim().toUpperCase() === "VCARD";
}

/** Undefined where the line is none: blank, or without a colon. */
function propertyOf({ bytes, cutOff }: Line): Property | undefined {
  const colon = headEnd(bytes);
  if (colon === -1) return undefined;
  const [dotted = "", ...parameters] = latin1(bytes.subarray(0, colon)).toUpperCase().split(";");
  const name = dotted.slice(dotted.lastIndexOf(".") + 1).trim();
  return { name, parameters, value: bytes.subarray(colon + 1), cutOff };
}

/** Where the colon is that ends name and parameters: the first outside quotation marks; -1 where there is none. */
function headEnd(line: Uint8Array): number {
  let quoted = false;
  for (const [index, byte] of line.entries()) {
    if (byte === character('"')) quoted = !quoted;
    else if (byte === character(":") && !quoted) return index;
  }
  return line.indexOf(character(":"));
}

function textOf({ parameters, value }: Property): string {
  return decoded(isQuotedPrintable(parameters) ? fromQuotedPrintable(value) : value, charsetOf(parameters));
}

function isQuotedPrintable(parameters: readonly string[]): boolean {
  return parameters.some((parameter) => parameter.trim().endsWith("QUOTED-PRINTABLE"));
}

function charsetOf(parameters: readonly string[]): string {
  const parameter = parameters.find((candidate) => candidate.trim().startsWith("CHARSET="));
  return parameter?.slice(parameter.indexOf("=") + 1).replaceAll('"', "") ?? "UTF-8";
}

/** RFC 2045, 6.7, soft line breaks already taken out. What is no escape stays as it is. */
function fromQuotedPrintable(value: Uint8Array): Uint8Array {
  const result = new Uint8Array(value.length);
  let length = 0;
  for (let index = 0; index < value.length; index += 1) {
    const byte = value[index] as number;
    const digits = latin1(value.subarray(index + 1, index + 3));
    const escaped = byte === character("=") && /^[0-9A-Fa-f]{2}$/.test(digits);
    result[length] = escaped ? Number.parseInt(digits, 16) : byte;
    length += 1;
    if (escaped) index += 2;
  }
  return result.subarray(0, length);
}

function decoded(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // An unknown charset, or not what it says: old phones write this one without saying so.
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Parts between separators that no backslash stands before; their escapes stay. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** RFC 6350, 3.4; a backslash before anything else is a backslash. */
function unescaped(text: string): string {
  return text.replace(/\\([\\,;:nN])/g, (_, escaped: string) => (escaped.toLowerCase() === "n" ? "\n" : escaped));
}

/** Without control characters, which have no business on a screen or a terminal. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}

interface Line {
  readonly bytes: Uint8Array;
  /** Longer than the limit; the bytes are its beginning. */
  readonly cutOff: boolean;
}

/** Lines with their folds taken out (RFC 6350, 3.2), and in 2.1 the soft line breaks of quoted-printable values. */
function* logicalLines(file: Uint8Array): Generator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let softBreak = false;
  for (const physical of physicalLines(file)) {
    const folded = physical[0] === character(" ") || physical[0] === character("\t");
    // A soft break just before the end of a card is a mistake some phones make.
    const continued = softBreak ? !isEnd(physical) : folded && parts.length > 0;
    if (!continued && parts.length > 0) {
      yield joined(parts, length);
      parts = [];
      length = 0;
    }
    let part = continued && !softBreak ? physical.subarray(1) : physical;
    softBreak =
      part.at(-1) === character("=") && isQuotedPrintable(propertyOf(joined([...parts, part], 0))?.parameters ?? []);
    if (softBreak) part = part.subarray(0, -1);
    // Empty parts and those past the limit are not kept, so that a hostile file costs no memory.
    if (parts.length === 0 || (part.length > 0 && length <= longestLine)) parts.push(part);
    length += part.length;
  }
  if (parts.length > 0) yield joined(parts, length);
}

function joined(parts: Uint8Array[], length: number): Line {
  return { bytes: new Uint8Array(0), cutOff: length > longestLine };
}

function isEnd(line: Uint8Array): boolean {
  return latin1(line.subarray(0, 16)).trim().toUpperCase() === "END:VCARD";
}

/** Ended by CR LF, LF or CR. */
function* physicalLines(file: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let index = 0; index < file.length; index += 1) {
    const byte = file[index];
    if (byte !== character("\n") && byte !== character("\r")) continue;
    yield file.subarray(start, index);
    if (byte === character("\r") && file[index + 1] === character("\n")) index += 1;
    start = index + 1;
  }
  yield file.subarray(start);
}
