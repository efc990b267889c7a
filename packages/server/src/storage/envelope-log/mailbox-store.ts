// The mailbox port on the envelope log: envelopes in the log, and in rows what changes together with accounts. Who wants no
// promise for every text uses the log as it is.
import { AssentError } from "@assent/protocol";
import type { MailboxStore, WaitingEnvelope } from "../../mailbox/store.ts";
import { allMailboxRows, type MailboxRows } from "../mailbox-rows.ts";
import type { StoredEnvelope } from "./backlog.ts";
import { EnvelopeLog, type EnvelopeLogParts, type PutOutcome } from "./envelope-log.ts";
import { openLogFiles } from "./file-system.ts";

export interface OpenedEnvelopeLog {
  readonly log: EnvelopeLog;
  readonly store: MailboxStore;
}

/** @throws StartRefused where files are missing or damaged: the message names which */
export async function openEnvelopeLog(
  directory: string,
  rows: MailboxRows,
  parts: Omit<EnvelopeLogParts, "files" | "rows" | "schedule" | "segmentBytes">,
): Promise<OpenedEnvelopeLog> {
  const files = await openLogFiles(directory);
  const log = await EnvelopeLog.open({
    ...parts,
    rows: allMailboxRows(rows),
    files,
    schedule,
    segmentBytes,
  });
  return { log, store: mailboxStoreOn(log, rows) };
}

// Larger ones are dead later as a whole; smaller ones cost more to begin than to fill.
const segmentBytes = 4_194_304;

const schedule: EnvelopeLogParts["schedule"] = {
  laterThisTurn: (callback) => void setImmediate(callback),
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function waiting(stored: StoredEnvelope): WaitingEnvelope {
  const { position, bytes, envelopeIdAt, serialAt, bodyAt, bodyLength } = stored;
  return {
    position,
    envelopeId: bytes.subarray(envelopeIdAt, envelopeIdAt + 32),
    serial: bytes.subarray(serialAt, serialAt + 16),
    body: bytes.subarray(bodyAt, bodyAt + bodyLength),
  };
}

function mailboxStoreOn(log: EnvelopeLog, rows: MailboxRows): MailboxStore {
  async function notThere(mailboxId: Uint8Array): Promise<{ readonly kind: "gone" | "unknown" }> {
    return { kind: (await rows.hasEnded(mailboxId)) ? "gone" : "unknown" };
  }

  function settled(outcome: PutOutcome | undefined, areStored: boolean): PutOutcome | undefined {
    return areStored || !outcome || !("position" in outcome) ? outcome : { kind: "disk-full" };
  }

  return {
    lineage: () => rows.lineage(),

    async state(mailboxId) {
      await log.durable();
      const mailbox = log.mailbox(mailboxId);
      if (!mailbox) return notThere(mailboxId);
      const { generation, acknowledged, handed } = mailbox;
      return { kind: "there", generation, acknowledged, handed };
    },

    async put(puts) {
      const decided = log.putAll(puts);
      const areStored = await new Promise<boolean>((resolve) => log.afterPuts(resolve));
      return Promise.all(
        decided.map((outcome, index) => {
          const known = settled(outcome, areStored);
          if (known?.kind === "disk-full") throw new AssentError("busy");
          return known ?? notThere(puts[index]?.mailboxId ?? new Uint8Array());
        }),
      );
    },

    async expired(mailboxId, position) {
      const mailbox = log.mailbox(mailboxId);
      return mailbox !== undefined && log.expired(mailbox, position);
    },

    async take(mailboxId, generation, after, limit) {
      const mailbox = log.mailbox(mailboxId);
      const taken = mailbox && (await log.take(mailbox, generation, after, limit));
      return taken && { ...taken, envelopes: taken.envelopes.map(waiting) };
    },

    async acknowledge(mailboxId, generation, position) {
      const mailbox = log.mailbox(mailboxId);
      const isDone = mailbox !== undefined && log.acknowledge(mailbox, generation, position);
      if (isDone) await log.durable();
      return isDone;
    },

    async block(mailboxId, change, most) {
      if (!(await rows.block(mailboxId, change, most))) return false;
      log.blocked(mailboxId, change);
      return true;
    },

    async expire(now, before, forgetBefore) {
      const isMore = log.expire(now, before, forgetBefore);
      await log.durable();
      return isMore;
    },
  };
}
