// Reads address book files: vCard 3.0 (RFC 2426), 4.0 (RFC 6350), and 2.1 as phones still write it. Takes names,
// phone numbers and small photos, and nothing else. The file is untrusted: what is not understood is passed over.
import { AssentError, utf8 } from "@assent/protocol";
import { type Photo, readPhoto } from "./photo.ts";

export interface VcardPerson {
  /** In one line; empty where the card gives none. */
  readonly name: string;
  /** As written, each once; a `tel:` URI without its scheme. Whether one is a number is for others to say. */
  readonly numbers: string[];
  /** Where the card itself holds one that is small; what it only links to is not fetched. */
  readonly photo?: Photo;
}

export interface Vcards {
  readonly cards: VcardPerson[];
  /** Names, or nothing, of cards that do not end, or hold a name or number past the limit. */
  readonly damaged: string[];
}

const largestFile = 16 * 1024 * 1024;
/** Bytes of one line that is read, unfolded. Others, such as large photos, are passed over at any length. */
const longestLine = 64 * 1024;
/** Cards inside cards: one that is open at more begins to end never. */
const deepest = 8;

const [tab, newline, carriageReturn, space, quotationMark, colon, equalsSign] = [
  9, 10, 13, 32, 34, 58, 61,
] as const;
const utf8Decoder = new TextDecoder("utf-8", { fatal: true });
/** Never refuses; ASCII is itself in it. */
const singleByteDecoder = new TextDecoder("windows-1252");

/** @throws AssentError contacts_unreadable where nothing in the file is a vCard, or it is larger than 16 MB. */
export function parseVcards(file: Uint8Array): Vcards {
  if (file.length > largestFile) throw new AssentError("contacts_unreadable");
  const cards: VcardPerson[] = [];
  const damaged: string[] = [];
  // Where a card begins inside another, either may be whole: that shows when they end, or do not.
  const open: Card[] = [];
  for (const line of logicalLines(inUtf8(file))) {
    const property = propertyOf(line);
    const card = open.at(-1);
    if (isMark(property, "BEGIN")) {
      open.push(emptyCard(card?.announcesAgent ?? false));
      if (open.length > deepest) noteDamaged(open.shift(), damaged);
    } else if (card && isMark(property, "END")) {
      open.pop();
      if (card.malformed) noteDamaged(card, damaged);
      else if (!card.isAgent) cards.push(personOf(card));
    } else if (card && property) {
      read(card, property);
    }
  }
  for (const card of open) noteDamaged(card, damaged);
  if (cards.length + damaged.length === 0) throw new AssentError("contacts_unreadable");
  return { cards, damaged };
}

/** Whoever only speaks for somebody is missed by nobody. */
function noteDamaged(card: Card | undefined, damaged: string[]): void {
  if (card && !card.isAgent) damaged.push(nameOf(card));
}

/** A card while it is read. */
interface Card {
  /** Of somebody who speaks for whom the outer card is of: 2.1 puts it whole behind the line `AGENT:`. */
  readonly isAgent: boolean;
  /** The line before said `AGENT:`. */
  announcesAgent: boolean;
  malformed: boolean;
  /** Version 2.1, where a comma separates nothing. */
  commasAreText: boolean;
  readonly names: { FN: string; N: string; ORG: string };
  readonly numbers: string[];
  photo: Photo | undefined;
}

function emptyCard(isAgent: boolean): Card {
  return {
    isAgent,
    announcesAgent: false,
    malformed: false,
    commasAreText: false,
    names: { FN: "", N: "", ORG: "" },
    numbers: [],
    photo: undefined,
  };
}

function read(card: Card, property: Property): void {
  card.announcesAgent = property.name === "AGENT" && property.value.length === 0;
  switch (property.name) {
    case "VERSION":
      card.commasAreText = textOf(property).trim() === "2.1";
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
    case "PHOTO":
      // One that is too large is a photo less, not a card.
      if (!property.cutOff) card.photo ??= readPhoto(textOf(property));
      break;
  }
}

function personOf(card: Card): VcardPerson {
  return {
    name: nameOf(card),
    numbers: [...new Set(card.numbers)].filter((number) => number !== ""),
    ...(card.photo ? { photo: card.photo } : {}),
  };
}

function nameOf({ names: { FN, N, ORG }, commasAreText }: Card): string {
  const organization = splitUnescaped(ORG, ";").map(unescaped).join(" ");
  const names = [unescaped(FN), composedName(N, commasAreText), organization].map(inOneLine);
  return names.find((name) => name !== "") ?? "";
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

function isMark(property: Property | undefined, name: "BEGIN" | "END"): boolean {
  return property?.name === name && textOf(property).trim().toUpperCase() === "VCARD";
}

/** Undefined where the line is none: blank, or without a colon. */
function propertyOf({ bytes, cutOff }: Line): Property | undefined {
  const end = headEnd(bytes);
  if (end === -1) return undefined;
  const head = singleByteDecoder.decode(bytes.subarray(0, end)).toUpperCase();
  const [dotted = "", ...parameters] = head.split(";").map((part) => part.trim());
  const name = dotted.slice(dotted.lastIndexOf(".") + 1);
  return { name, parameters, value: bytes.subarray(end + 1), cutOff };
}

/** Where the colon is that ends name and parameters: the first outside quotation marks, else the first. */
function headEnd(line: Uint8Array): number {
  let quoted = false;
  for (const [index, byte] of line.entries()) {
    if (byte === quotationMark) quoted = !quoted;
    else if (byte === colon && !quoted) return index;
  }
  return line.indexOf(colon);
}

function textOf({ parameters, value }: Property): string {
  const charset = parameters.find((parameter) => parameter.startsWith("CHARSET="))?.slice(8);
  const bytes = parameters.some(saysQuotedPrintable) ? fromQuotedPrintable(value) : value;
  return decoded(bytes, charset?.replaceAll('"', "") ?? "UTF-8");
}

function saysQuotedPrintable(parameter: string): boolean {
  return parameter === "QUOTED-PRINTABLE" || /^ENCODING="?QUOTED-PRINTABLE/.test(parameter);
}

/** RFC 2045, 6.7, soft line breaks already taken out. What is no escape stays as it is. */
function fromQuotedPrintable(value: Uint8Array): Uint8Array {
  const result: number[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const high = hexDigit(value[index + 1]);
    const low = hexDigit(value[index + 2]);
    if (value[index] === equalsSign && high !== undefined && low !== undefined) {
      result.push(high * 16 + low);
      index += 2;
    } else {
      result.push(value[index] as number);
    }
  }
  return Uint8Array.from(result);
}

function hexDigit(byte: number | undefined): number | undefined {
  const digit = Number.parseInt(String.fromCharCode(byte ?? 0), 16);
  return Number.isNaN(digit) ? undefined : digit;
}

function decoded(bytes: Uint8Array, charset: string): string {
  try {
    return (charset === "UTF-8" ? utf8Decoder : new TextDecoder(charset, { fatal: true })).decode(
      bytes,
    );
  } catch {
    // An unknown charset, or not what it says: old phones write this one without saying so.
    return singleByteDecoder.decode(bytes);
  }
}

/** Parts between separators that no backslash stands before; their escapes stay. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === "\\") {
      index += 1;
    } else if (text[index] === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** RFC 6350, 3.4; a backslash before anything else is a backslash. */
function unescaped(text: string): string {
  return text.replace(/\\[\\,;:nN]/g, ([, escaped]) =>
    /n/i.test(escaped as string) ? "\n" : (escaped as string),
  );
}

/** Without control characters, which have no business on a screen or a terminal. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}

interface Line {
  readonly bytes: Uint8Array;
  /** Past the limit; the bytes are its beginning. */
  readonly cutOff: boolean;
}

/** Lines with their folds taken out (RFC 6350, 3.2), and the soft line breaks of quoted-printable values. */
function* logicalLines(file: Uint8Array): Generator<Line> {
  let line: UnfoldedLine | undefined;
  for (const physical of physicalLines(file)) {
    // A soft break just before the end of a card is a mistake some phones make.
    if (line?.softBreak && !isEndOfCard(physical)) {
      line.append(physical);
    } else if (line && (physical[0] === space || physical[0] === tab)) {
      line.append(physical.subarray(1));
    } else {
      if (line) yield line.finished();
      line = new UnfoldedLine(physical);
    }
  }
  if (line) yield line.finished();
}

/** Gathers a line's parts, up to the limit: a hostile file costs no more memory and time than its size. */
class UnfoldedLine {
  softBreak = false;
  readonly #quotedPrintable: boolean;
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  #cutOff = false;

  constructor(first: Uint8Array) {
    this.#quotedPrintable =
      first.at(-1) === equalsSign && this.#headSaysQuotedPrintable(first.subarray(0, longestLine));
    this.append(first);
  }

  append(physical: Uint8Array): void {
    this.softBreak = this.#quotedPrintable && physical.at(-1) === equalsSign;
    const part = this.softBreak ? physical.subarray(0, -1) : physical;
    const kept = part.subarray(0, longestLine - this.#length);
    if (kept.length < part.length) this.#cutOff = true;
    if (kept.length > 0) this.#parts.push(kept);
    this.#length += kept.length;
  }

  finished(): Line {
    const bytes = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return { bytes, cutOff: this.#cutOff };
  }

  #headSaysQuotedPrintable(bytes: Uint8Array): boolean {
    return propertyOf({ bytes, cutOff: false })?.parameters.some(saysQuotedPrintable) ?? false;
  }
}

function isEndOfCard(line: Uint8Array): boolean {
  return singleByteDecoder.decode(line.subarray(0, 16)).trim().toUpperCase() === "END:VCARD";
}

/** Ended by CR LF, LF or CR. */
function* physicalLines(file: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let index = 0; index < file.length; index += 1) {
    const byte = file[index];
    if (byte !== newline && byte !== carriageReturn) continue;
    yield file.subarray(start, index);
    if (byte === carriageReturn && file[index + 1] === newline) index += 1;
    start = index + 1;
  }
  yield file.subarray(start);
}

/** UTF-8 without its mark; files in UTF-16, which only the mark tells, become UTF-8. */
function inUtf8(file: Uint8Array): Uint8Array {
  const [first, second, third] = file;
  if (first === 0xff && second === 0xfe) return utf8(new TextDecoder("utf-16le").decode(file));
  if (first === 0xfe && second === 0xff) return utf8(new TextDecoder("utf-16be").decode(file));
  return first === 0xef && second === 0xbb && third === 0xbf ? file.subarray(3) : file;
}
