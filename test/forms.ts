// Every form in which a secret could lie about, and the search for them in bytes: of files, of free pages, of logs.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

export interface Form {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A number as somebody might keep it: written, packed, encoded, hashed. */
export function formsOfNumber(number: string, national: string): Form[] {
  const digits = number.slice(1);
  const written = [
    ["E.164", number],
    ["digits", digits],
    ["national", national],
    ["00", `00${digits}`],
    ["national without 0", national.replace(/^0/, "")],
  ] as const;
  const forms: Form[] = written.flatMap(([name, text]) => [
    { name, bytes: Buffer.from(text) },
    { name: `${name} UTF-16LE`, bytes: Buffer.from(text, "utf16le") },
    { name: `${name} UTF-16BE`, bytes: Buffer.from(text, "utf16le").swap16() },
    { name: `${name} hex`, bytes: Buffer.from(Buffer.from(text).toString("hex")) },
    ...base64Forms(name, Buffer.from(text)),
    ...["md5", "sha1", "sha256", "sha512"].flatMap((algorithm) => {
      const hash = createHash(algorithm).update(text).digest();
      return [
        { name: `${name} ${algorithm}`, bytes: hash },
        { name: `${name} ${algorithm} hex`, bytes: Buffer.from(hash.toString("hex")) },
        {
          name: `${name} ${algorithm} base64`,
          bytes: Buffer.from(hash.toString("base64").slice(0, 20)),
        },
      ];
    }),
  ]);
  return [...forms, ...bcdForms(digits), ...integerForms(digits)];
}

/** A text, a name or an id as it is, and encoded. */
export function formsOf(name: string, secret: Buffer | string): Form[] {
  const bytes = Buffer.from(secret);
  return [
    { name, bytes },
    { name: `${name} hex`, bytes: Buffer.from(bytes.toString("hex")) },
    { name: `${name} UTF-16LE`, bytes: Buffer.from(bytes.toString("latin1"), "utf16le") },
    ...base64Forms(name, bytes),
  ];
}

/** Base64 at each of the three alignments, without the characters that neighbours would change. */
function base64Forms(name: string, bytes: Buffer): Form[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const start = [0, 2, 3][offset];
    return { name: `${name} base64+${offset}`, bytes: Buffer.from(encoded.slice(start, -1)) };
  });
}

/** Two digits a byte, as telephone networks pack them (3GPP TS 23.040) and as humans would. */
function bcdForms(digits: string): Form[] {
  const even = digits.length % 2 === 0 ? digits : `${digits}f`;
  const plain = Buffer.from(even, "hex");
  const swapped = Buffer.from(plain.map((byte) => ((byte & 0x0f) << 4) | (byte >> 4)));
  return [
    { name: "BCD", bytes: plain },
    { name: "BCD, nibbles swapped", bytes: swapped },
  ];
}

function integerForms(digits: string): Form[] {
  const value = BigInt(digits);
  const big = Buffer.alloc(8);
  big.writeBigUInt64BE(value);
  const little = Buffer.alloc(8);
  little.writeBigUInt64LE(value);
  const double = Buffer.alloc(8);
  double.writeDoubleBE(Number(value));
  const varint: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 7n) {
    varint.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
  }
  return [
    // Leading zeros carry nothing, and databases drop them.
    { name: "integer, big endian", bytes: big.subarray(big.findIndex((byte) => byte !== 0)) },
    {
      name: "integer, little endian",
      bytes: little.subarray(0, little.findLastIndex((byte) => byte !== 0) + 1),
    },
    { name: "double", bytes: double },
    { name: "varint", bytes: Buffer.from(varint) },
  ];
}

/** The names of forms that are found, each with where. */
export function search(haystacks: ReadonlyMap<string, Buffer>, forms: readonly Form[]): string[] {
  return [...haystacks].flatMap(([where, haystack]) =>
    forms.filter(({ bytes }) => haystack.includes(bytes)).map(({ name }) => `${name} in ${where}`),
  );
}

/** Every file below a folder, by its path there; the paths themselves are the last. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(relative(folder, path), await readFile(path));
  }
  return files.set("the paths", Buffer.from([...files.keys()].join("\n")));
}
