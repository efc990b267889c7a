// A dump of bytes as programmers know it: where, in hexadecimal, and as ASCII.

const bytesPerLine = 8;

/** Where each line begins. */
export function dumpLines(bytes: Uint8Array): number[] {
  const lines = Math.ceil(bytes.length / bytesPerLine);
  return Array.from({ length: lines }, (_, line) => line * bytesPerLine);
}

/** 00010  61 73 73 65 6e 74 00     assent. */
export function dumpLine(bytes: Uint8Array, offset: number): string {
  const line = [...bytes.subarray(offset, offset + bytesPerLine)];
  const hexadecimal = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const characters = line.map(characterOf).join("");
  return `${offset.toString(16).padStart(5, "0")}  ${hexadecimal.padEnd(24)} ${characters}`;
}

function characterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}
