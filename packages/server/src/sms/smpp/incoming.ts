// What people write to the service, out of what an SMSC delivers: parts of one text are kept until all are there (3GPP TS
// 23.040 §9.2.3.24, SMPP 3.4 §5.3.2.22), by who wrote, to whom, under which reference and of how many. In memory and
// bounded; the SMSC has heard by then that each part was taken. Trusts nothing it reads.
import { textOfSeptets } from "@assent/protocol";
import type { After } from "../../after.ts";
import type { IncomingSms } from "../transport.ts";
import { latin1 } from "./octets.ts";
import { parameterTags, type ShortMessage } from "./pdu.ts";

export interface IncomingQuotas {
  /** Texts of which parts are missing; the oldest is forgotten beyond these. */
  readonly incompleteTexts: number;
  /** How long the last part is waited for. */
  readonly incompleteMs: number;
}

export interface IncomingTexts {
  /** The whole text, once its last part came. */
  take(message: ShortMessage): IncomingSms | undefined;
  close(): void;
}

interface Part {
  readonly reference: string;
  readonly of: number;
  /** From 1. */
  readonly index: number;
  readonly content: Uint8Array;
}

interface Incomplete {
  readonly parts: Map<number, Uint8Array>;
  readonly forget: () => void;
}

export function createIncomingTexts(quotas: IncomingQuotas, after: After): IncomingTexts {
  const incomplete = new Map<string, Incomplete>();

  function drop(name: string | undefined): void {
    if (name === undefined) return;
    incomplete.get(name)?.forget();
    incomplete.delete(name);
  }

  function begin(name: string): Incomplete {
    if (incomplete.size >= quotas.incompleteTexts) drop([...incomplete.keys()][0]);
    const begun = { parts: new Map(), forget: after(quotas.incompleteMs, () => drop(name)) };
    incomplete.set(name, begun);
    return begun;
  }

  return {
    take(message) {
      const { source, destination, dataCoding } = message;
      const from = source.digits;
      const part = partOf(message);
      if (part.of === 1) return { from, text: textOf(dataCoding, part.content) };
      const name = [from, destination.digits, part.reference, part.of].join(" ");
      const { parts } = incomplete.get(name) ?? begin(name);
      parts.set(part.index, part.content);
      if (parts.size < part.of) return undefined;
      drop(name);
      // Joined before they are read: some telephones cut a character in two.
      const ordered = [...parts].sort(([a], [b]) => a - b).map(([, content]) => content);
      return { from, text: textOf(dataCoding, Buffer.concat(ordered)) };
    },
    close() {
      for (const name of [...incomplete.keys()]) drop(name);
    },
  };
}

const headerFollows = 0x40;

function partOf({ esmClass, content, parameters }: ShortMessage): Part {
  const headerLength = (esmClass & headerFollows) === 0 ? 0 : 1 + (content[0] ?? 0);
  const body = content.subarray(headerLength);
  const whole: Part = { reference: "", of: 1, index: 1, content: body };
  const part =
    partOfHeader(content.subarray(1, headerLength), body) ?? partOfParameters(parameters, body);
  // One that is not among so many as it says stands alone.
  return part && part.of > 1 && part.index >= 1 && part.index <= part.of ? part : whole;
}

/** Elements of a user data header: what it is, how long, then that: concatenated with a reference of 8 or 16 bits. */
function partOfHeader(header: Uint8Array, content: Uint8Array): Part | undefined {
  for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] as number)) {
    const value = header.subarray(at + 2, at + 2 + (header[at + 1] as number));
    const [element] = header.subarray(at);
    const isKnown = (element === 0 && value.length === 3) || (element === 8 && value.length === 4);
    if (!isKnown) continue;
    const [of = 0, index = 0] = value.subarray(-2);
    return { reference: `${element} ${value.subarray(0, -2).join(" ")}`, of, index, content };
  }
  return undefined;
}

function partOfParameters(
  parameters: ShortMessage["parameters"],
  content: Uint8Array,
): Part | undefined {
  const reference = parameters.get(parameterTags.sarReference);
  const of = parameters.get(parameterTags.sarTotal)?.at(-1);
  const index = parameters.get(parameterTags.sarIndex)?.at(-1);
  if (!reference || of === undefined || index === undefined) return undefined;
  return { reference: `sar ${reference.join(" ")}`, of, index, content };
}

/** By its data coding (SMPP 3.4 §5.2.19); empty where it is no text. */
function textOf(dataCoding: number, content: Uint8Array): string {
  switch (dataCoding) {
    case 0:
      return textOfSeptets(content);
    case 1:
    case 3:
      return latin1(content);
    case 8: {
      const even = content.subarray(0, content.length - (content.length % 2));
      return Buffer.from(even).swap16().toString("utf16le");
    }
    default:
      return "";
  }
}
