// The files of SMS Server Tools 3, written and read: headers, an empty line, the text. Trusts nothing it reads.
import type { OutgoingSms, SmsReport } from "../transport.ts";

export interface SpoolFile {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export function writeSpoolFile({ to, text, validForSeconds }: OutgoingSms): Buffer {
  // smsd reads UTF-8, and drops what UCS-2 has no one place for, as emoji are; two places of it, it passes on.
  const isUcs2 = /[\u{10000}-\u{10ffff}]/u.test(text);
  const headers = [
    `To: ${to.replace(/^\+/, "")}`,
    `Alphabet: ${isUcs2 ? "UCS2" : "UTF-8"}`,
    "Report: yes",
    // In steps of five minutes (3GPP TS 23.040 §9.2.3.12.1).
    `Validity: ${Math.max(5, Math.floor(validForSeconds / 60))} min`,
  ];
  const body = isUcs2 ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text);
  return Buffer.concat([Buffer.from(`${headers.join("\n")}\n\n`), body]);
}

export function readSpoolFile(octets: Buffer): SpoolFile {
  const end = octets.indexOf("\n\n");
  const head = octets.toString("latin1", 0, end < 0 ? octets.length : end);
  const headers = head.split("\n").map((line): [string, string] => {
    const [, name = "", value = ""] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    return [name, value];
  });
  return {
    headers: new Map(headers),
    body: end < 0 ? Buffer.alloc(0) : octets.subarray(end + 2),
  };
}

/** What was written, by the alphabet that the file names; without one, in that of Western Europe. */
export function textOf({ headers, body }: SpoolFile): string {
  const alphabet = headers.get("Alphabet")?.toUpperCase() ?? "ISO";
  const label = alphabet.startsWith("UTF")
    ? "utf-8"
    : alphabet === "UCS2"
      ? "utf-16be"
      : "iso-8859-15";
  return alphabet === "BINARY" ? "" : new TextDecoder(label).decode(body);
}

export interface StatusReport {
  readonly from: string;
  /** The modem's number of the SMS, 0 to 255: the same again after 256. */
  readonly messageId: string;
  /** Undefined while it is tried again. */
  readonly report: SmsReport | undefined;
}

/** Undefined where it is none. */
export function readStatusReport({ headers, body }: SpoolFile): StatusReport | undefined {
  const text = body.toString("latin1");
  if (!text.startsWith("SMS STATUS REPORT")) return undefined;
  const [, messageId = ""] = /^Message_id: *(\d+)/m.exec(text) ?? [];
  const [, status = ""] = /^Status: *(\d+)/m.exec(text) ?? [];
  return { from: headers.get("From") ?? "", messageId, report: reportOf(Number(status || 255)) };
}

/** TP-Status (3GPP TS 23.040 §9.2.3.15): below 32 it is done, below 64 it is being tried, above it never will be. */
function reportOf(status: number): SmsReport | undefined {
  if (status < 0x20) return "delivered";
  return status < 0x40 ? undefined : "failed";
}
