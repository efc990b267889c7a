// What ended, in a file of its own: best on another disk than the database, and never in a backup, so that an account that
// left does not come back with one. A line is whole and durable before a leaving is answered; empty lines behind the last one
// are its room on a disk that is full. Trusts its own checksums.
import { createHash } from "node:crypto";
import { constants, type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { EndedFact, EndingReason } from "../accounts/store.ts";
import { StartRefused } from "../start-refused.ts";
import { syncFolder } from "../synced-folder.ts";

export interface EndedJournal {
  /** Resolves when they are durable. */
  append(facts: readonly EndedFact[]): Promise<void>;
  /** All that is in it. @throws StartRefused where it is damaged */
  read(): Promise<EndedFact[]>;
  /** Without what ended before an hour. Resolves when that is durable. */
  compact(beforeHour: number): Promise<void>;
  close(): Promise<void>;
}

const heading = "assent ended.journal 1";
const reasons: readonly EndingReason[] = ["left", "left-by-number", "taken-over"];
// A power cut keeps some of the sectors that were written since the last sync, and not always the first.
const sectorBytes = 512;
/** Of some hundred leavings. */
const roomBytes = 65_536;
const noRoom = new Set(["ENOSPC", "EDQUOT"]);

/** @throws StartRefused where it cannot be written, or is damaged */
export async function openEndedJournal(
  file: string,
  syncNames: (folder: string) => Promise<void> = syncFolder,
): Promise<EndedJournal> {
  let handle = await openForOwner(file);
  let oldestHour = Number.POSITIVE_INFINITY;
  /** Of its last whole line; from there to its size are empty lines. */
  let end = 0;
  let size = 0;
  let isNameDurable = true;

  function noteHours(facts: readonly EndedFact[]): void {
    for (const { hour } of facts) oldestHour = Math.min(oldestHour, hour);
  }

  /** What is whole in it; a line that was torn at its end becomes room again. */
  async function readWhole(): Promise<EndedFact[]> {
    const text = await readAll(handle);
    const { facts, wholeBytes } = parse(text, file);
    const room = "\n".repeat(text.length - wholeBytes);
    if (text.slice(wholeBytes) !== room) await writeAt(wholeBytes, room);
    end = wholeBytes;
    size = text.length;
    noteHours(facts);
    return facts;
  }

  /** Sector by sector: wherever that is cut short, nothing that is whole stands behind what is not. */
  async function writeAt(start: number, text: string): Promise<void> {
    const bytes = Buffer.from(text, "latin1");
    for (let from = 0; from < bytes.length; ) {
      const at = start + from;
      const length = Math.min(bytes.length - from, sectorBytes - (at % sectorBytes));
      await handle.write(bytes, from, length, at);
      await handle.datasync();
      from += length;
    }
  }

  /** Made longer before its room is used up. Where the disk has none, that is for later. */
  async function keepRoom(): Promise<void> {
    if (size - end > roomBytes / 2) return;
    const room = Buffer.alloc(end + roomBytes - size, "\n");
    try {
      await handle.write(room, 0, room.length, size);
      await handle.datasync();
      size += room.length;
    } catch (error) {
      if (!noRoom.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }

  async function replaceBy(facts: readonly EndedFact[]): Promise<void> {
    const next = `${file}.next`;
    const text = [sealed(heading), ...facts.map(lineOf)].join("");
    const written = await open(next, "w+", 0o600);
    try {
      await written.writeFile(text + "\n".repeat(roomBytes));
      await written.datasync();
      await rename(next, file);
    } catch (error) {
      await written.close();
      await rm(next, { force: true });
      throw error;
    }
    // From here on the former file has no name: what is written to it is lost.
    const former = handle;
    handle = written;
    isNameDurable = false;
    end = text.length;
    size = end + roomBytes;
    oldestHour = Number.POSITIVE_INFINITY;
    noteHours(facts);
    await former.close();
    await requireName();
  }

  /** Before anything in it counts as durable: a power cut could bring the former file back. */
  async function requireName(): Promise<void> {
    if (isNameDurable) return;
    await syncNames(dirname(file));
    isNameDurable = true;
  }

  try {
    await readWhole();
    if (end === 0) await replaceBy([]);
    else await keepRoom();
  } catch (error) {
    await handle.close();
    throw error instanceof StartRefused ? error : notWritable(file, error);
  }

  return {
    read: readWhole,

    async append(facts) {
      await requireName();
      const text = facts.map(lineOf).join("");
      if (text.length > size - end) {
        await replaceBy([...(await readWhole()), ...facts]);
        return;
      }
      noteHours(facts);
      await writeAt(end, text);
      end += text.length;
      await keepRoom();
    },

    async compact(beforeHour) {
      await requireName();
      if (oldestHour >= beforeHour) return;
      await replaceBy((await readWhole()).filter(({ hour }) => hour >= beforeHour));
    },

    close: () => handle.close(),
  };
}

async function openForOwner(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (error) {
    throw notWritable(file, error);
  }
}

function notWritable(file: string, cause: unknown): StartRefused {
  return new StartRefused(
    `The journal of ended accounts ${file} cannot be written. Make room, or let this user write there, or name another place with ASSENT_ENDED_JOURNAL.`,
    { cause },
  );
}

async function readAll(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  const bytes = Buffer.alloc(size);
  let read = 0;
  while (read < size) {
    const { bytesRead } = await handle.read(bytes, read, size - read, read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.toString("latin1", 0, read);
}

/** Lines up to the first that is not whole: that is the last one where the machine stopped while it was written. */
function parse(text: string, file: string): { facts: EndedFact[]; wholeBytes: number } {
  const facts: EndedFact[] = [];
  // Some disks leave zeros where a file was made longer and nothing arrived.
  const usedBytes = text.replace(/[\n\0]+$/, "").length;
  let wholeBytes = 0;
  for (let number = 1; wholeBytes < usedBytes; number += 1) {
    const end = text.indexOf("\n", wholeBytes);
    const line = end < 0 ? undefined : opened(text.slice(wholeBytes, end));
    const fact = line === undefined || number === 1 ? undefined : factOf(line);
    const isWhole = number === 1 ? line === heading : fact !== undefined;
    if (!isWhole) {
      const isLast = end < 0 || end >= usedBytes;
      if (isLast && number > 1) break;
      throw new StartRefused(
        `The journal of ended accounts ${file} is damaged in line ${number}. Move it away: the next start makes one anew of what the database remembers.`,
      );
    }
    if (fact) facts.push(fact);
    wholeBytes = end + 1;
  }
  return { facts, wholeBytes };
}

function lineOf(fact: EndedFact): string {
  const id = Buffer.from(fact.id).toString("hex");
  return sealed(
    fact.kind === "mailbox"
      ? `${fact.hour} mailbox ${id}`
      : `${fact.hour} account ${id} ${fact.reason}`,
  );
}

function factOf(line: string): EndedFact | undefined {
  const [, hour, kind, hex = "", why] =
    /^(\d{1,9}) (mailbox|account) ([0-9a-f]+)(?: (\S+))?$/.exec(line) ?? [];
  const id = new Uint8Array(Buffer.from(hex, "hex"));
  if (kind === "mailbox" && why === undefined) return { kind, id, hour: Number(hour) };
  const reason = reasons.find((known) => known === why);
  return kind === "account" && reason ? { kind, id, reason, hour: Number(hour) } : undefined;
}

function sealed(line: string): string {
  return `${line} ${checkOf(line)}\n`;
}

function opened(line: string): string | undefined {
  const at = line.lastIndexOf(" ");
  const content = line.slice(0, at);
  return line.slice(at + 1) === checkOf(content) ? content : undefined;
}

function checkOf(line: string): string {
  return createHash("sha256").update(line).digest("hex").slice(0, 8);
}
