// What ended, in a file of its own: best on another disk than the database, and never in a backup, so that an account that
// left does not come back with one. A line is whole and durable before a leaving is answered. Trusts its own checksums.
import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { EndedFact, EndingReason } from "../accounts/store.ts";
import { StartRefused } from "../start-refused.ts";

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

/** @throws StartRefused where it cannot be written, or is damaged */
export async function openEndedJournal(file: string): Promise<EndedJournal> {
  let handle = await openForOwner(file);
  let oldestHour = Number.POSITIVE_INFINITY;

  function noteHours(facts: readonly EndedFact[]): void {
    for (const { hour } of facts) oldestHour = Math.min(oldestHour, hour);
  }

  /** What is whole in it; what was torn off at its end is cut away. */
  async function readWhole(): Promise<EndedFact[]> {
    const text = await readAll(handle);
    const { facts, wholeBytes } = parse(text, file);
    if (wholeBytes < text.length) {
      await handle.truncate(wholeBytes);
      await handle.datasync();
    }
    noteHours(facts);
    return facts;
  }

  try {
    await readWhole();
    if ((await handle.stat()).size === 0) {
      await handle.appendFile(sealed(heading));
      await handle.datasync();
      await syncFolderOf(file);
    }
  } catch (error) {
    await handle.close();
    throw error instanceof StartRefused ? error : notWritable(file, error);
  }

  return {
    read: readWhole,

    async append(facts) {
      if (facts.length === 0) return;
      noteHours(facts);
      await handle.appendFile(facts.map(lineOf).join(""));
      await handle.datasync();
    },

    async compact(beforeHour) {
      if (oldestHour >= beforeHour) return;
      const kept = (await readWhole()).filter(({ hour }) => hour >= beforeHour);
      const next = `${file}.next`;
      const written = await open(next, "w", 0o600);
      try {
        await written.writeFile([sealed(heading), ...kept.map(lineOf)].join(""));
        await written.datasync();
      } finally {
        await written.close();
      }
      await rename(next, file);
      await syncFolderOf(file);
      const former = handle;
      handle = await openForOwner(file);
      await former.close();
      oldestHour = Number.POSITIVE_INFINITY;
      noteHours(kept);
    },

    close: () => handle.close(),
  };
}

async function openForOwner(file: string): Promise<FileHandle> {
  try {
    return await open(file, "a+", 0o600);
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

async function syncFolderOf(file: string): Promise<void> {
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Lines up to the first that is not whole: that is the last one where the machine stopped while it was written. */
function parse(text: string, file: string): { facts: EndedFact[]; wholeBytes: number } {
  const facts: EndedFact[] = [];
  let wholeBytes = 0;
  for (let number = 1; wholeBytes < text.length; number += 1) {
    const end = text.indexOf("\n", wholeBytes);
    const line = end < 0 ? undefined : opened(text.slice(wholeBytes, end));
    const fact = line === undefined || number === 1 ? undefined : factOf(line);
    const isWhole = number === 1 ? line === heading : fact !== undefined;
    if (!isWhole) {
      const isLast = end < 0 || end === text.length - 1;
      if (isLast && number > 1) break;
      if (end < 0 && sealed(heading).startsWith(text)) break;
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
