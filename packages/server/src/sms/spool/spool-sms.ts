// SMS through a telephone on a cable, by the spool of SMS Server Tools 3: an SMS is a file that smsd finds in `outgoing`, and
// moves on. What of it lies in the folder has number and code in it: it is erased as soon as it was read. The folder is the
// service's and smsd's alone; what people write is taken out of it too.
import {
  access,
  chmod,
  chown,
  constants,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
} from "node:fs/promises";
import { join } from "node:path";
import { type After, pause } from "../../after.ts";
import { createForgetting, receiptNames } from "../forgetting.ts";
import { sendingOnce } from "../once-for-each-key.ts";
import type { OutgoingSms, SmsHearing, SmsOutcome, SmsProvider, SmsTrouble } from "../transport.ts";
import {
  readSpoolFile,
  readStatusReport,
  type SpoolFile,
  textOf,
  writeSpoolFile,
} from "./spool-file.ts";

export interface SpoolConfig {
  /** With `outgoing`, `sent`, `failed`, `incoming` and perhaps `report` in it; absolute. */
  readonly directory: string;
  /** Whose members read what is to be sent, besides the owner. */
  readonly groupId: number | undefined;
}

export interface SpoolQuotas {
  readonly lookEveryMs: number;
  /** smsd takes what is to be sent so soon, or it is taken back. */
  readonly takenWithinMs: number;
  /** SMS whose reports are waited for. */
  readonly reportsAwaited: number;
}

const ours = "assent-";
const groupReads = 0o640;
// Where its file does not say how long it is worth something: as long as any.
const longestValidMinutes = 24 * 60;
const setsGroup = 0o2000;

export function createSpoolSms(
  parts: SmsHearing & {
    readonly config: SpoolConfig;
    readonly quotas: SpoolQuotas;
    readonly after: After;
    /** @param systemError such as "EACCES", where there is one. */
    readonly trouble: (what: SmsTrouble, systemError?: string) => void;
  },
): SmsProvider {
  const { config, quotas, after } = parts;
  /** The last one could not be put there, or smsd left it where it was. */
  let tookNone = false;
  const folder = (name: string) => join(config.directory, name);
  const outgoing = folder("outgoing");
  /** By whom it went to and the modem's number of it. */
  const awaited = createForgetting<string>(quotas.reportsAwaited, after);
  const nameOf = receiptNames();
  /** Files of others as they were at the last look: one that grows is still being written. */
  let seen = new Map<string, string>();
  const lookingOver = new AbortController();

  async function sendFile(sms: OutgoingSms, closing: AbortSignal): Promise<SmsOutcome> {
    const name = ours + sms.key;
    await formerErased;
    try {
      await place(name, writeSpoolFile(sms));
    } catch (error) {
      tookNone = true;
      parts.trouble("unreachable", (error as NodeJS.ErrnoException).code);
      return { kind: "unavailable" };
    }
    const { lookEveryMs, takenWithinMs } = quotas;
    for (let waitedMs = 0; waitedMs < takenWithinMs && !closing.aborted; waitedMs += lookEveryMs) {
      await pause(lookEveryMs, after, closing);
      if (!(await isThere(join(outgoing, name)))) return taken(name);
    }
    if (!(await erased(join(outgoing, name)))) return taken(name);
    if (closing.aborted) return { kind: "unavailable" };
    tookNone = true;
    parts.trouble("unreachable");
    return { kind: "unavailable" };
  }

  function taken(name: string): SmsOutcome {
    tookNone = false;
    return { kind: "accepted", id: name };
  }

  /** Whole at once: smsd passes over what begins with a dot. */
  async function place(name: string, content: Buffer): Promise<void> {
    const hidden = join(outgoing, `.${name}`);
    try {
      const file = await open(hidden, "wx", groupReads);
      try {
        await file.writeFile(content);
      } finally {
        await file.close();
      }
      if (config.groupId !== undefined && !(await givesItsGroup(outgoing))) {
        await chown(hidden, -1, config.groupId);
      }
      // Whatever the mask of this process takes away.
      await chmod(hidden, groupReads);
      await rename(hidden, join(outgoing, name));
    } catch (error) {
      await rm(hidden, { force: true });
      throw error;
    }
  }

  async function lookAtSent(): Promise<void> {
    for (const { key } of await takeOwnFiles("failed")) parts.reported(key, "failed");
    for (const { key, headers } of await takeOwnFiles("sent")) {
      const messageId = headers.get("Message_id");
      if (messageId === undefined) continue;
      const minutes = Number.parseInt(headers.get("Validity") ?? "", 10) || longestValidMinutes;
      awaited.keep(nameOf(headers.get("To") ?? "", messageId), key, minutes * 60);
    }
  }

  async function takeOwnFiles(where: string) {
    const found: { readonly key: string; readonly headers: SpoolFile["headers"] }[] = [];
    for (const name of await namesIn(folder(where))) {
      if (!name.startsWith(ours)) continue;
      const path = join(folder(where), name);
      const octets = await readFile(path).catch(() => undefined);
      // Read and erased once, so that what became of it is heard once.
      if (octets && (await erased(path))) {
        found.push({ key: name.slice(ours.length), headers: readSpoolFile(octets).headers });
      }
    }
    return found;
  }

  async function lookAtReceived(): Promise<void> {
    const now = new Map<string, string>();
    for (const path of [...(await pathsIn("report")), ...(await pathsIn("incoming"))]) {
      const state = await stat(path).catch(() => undefined);
      if (!state?.isFile()) continue;
      const shape = `${state.size} ${state.mtimeMs}`;
      if (seen.get(path) !== shape) {
        now.set(path, shape);
        continue;
      }
      const octets = await readFile(path).catch(() => undefined);
      if (octets && !(await isTaken(readSpoolFile(octets)))) now.set(path, shape);
      else await erased(path);
    }
    seen = now;
  }

  async function pathsIn(where: string): Promise<string[]> {
    return (await namesIn(folder(where))).map((name) => join(folder(where), name));
  }

  async function isTaken(file: SpoolFile): Promise<boolean> {
    const status = readStatusReport(file);
    if (status) {
      const name = nameOf(status.from, status.messageId);
      const key = awaited.get(name);
      if (key !== undefined && status.report) {
        awaited.forget(name);
        parts.reported(key, status.report);
      }
      return true;
    }
    const sms = { from: file.headers.get("From") ?? "", text: textOf(file) };
    return parts.received(sms).then(
      () => true,
      () => false,
    );
  }

  /** What a process that is gone asked for: whoever waited for it has asked again. */
  async function eraseFormer(): Promise<void> {
    for (const name of await namesIn(outgoing)) {
      if (/^\.?assent-/.test(name)) await erased(join(outgoing, name));
    }
  }

  async function lookOn(): Promise<void> {
    await formerErased;
    while (!lookingOver.signal.aborted) {
      await lookAtSent();
      await lookAtReceived();
      await pause(quotas.lookEveryMs, after, lookingOver.signal);
    }
  }

  const formerErased = eraseFormer();
  const looking = lookOn();
  const sending = sendingOnce(sendFile, after);
  return {
    name: "spool",
    send: sending.send,
    async state() {
      const mayWrite = constants.W_OK | constants.X_OK;
      const isOpen = await access(outgoing, mayWrite).then(
        () => true,
        () => false,
      );
      return isOpen && !tookNone ? "ready" : "unreachable";
    },
    async close() {
      await sending.close();
      lookingOver.abort();
      await looking;
      await lookAtSent();
      awaited.close();
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** To what is made in it: then no group is named, which a unit of systemd may know none of but its own. */
async function givesItsGroup(folder: string): Promise<boolean> {
  return ((await stat(folder)).mode & setsGroup) !== 0;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether it was there. */
async function erased(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    () => false,
  );
}
