// The bare relay on the envelope log: the sockets and frames of the reference, and every promise of the store. Between those
// two stands what the store costs; between this and the service, what the contract costs.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { systemRandomness } from "../../packages/server/src/randomness.ts";
import type { MailboxHandle } from "../../packages/server/src/storage/envelope-log/envelope-log.ts";
import { openEnvelopeLog } from "../../packages/server/src/storage/envelope-log/mailbox-store.ts";
import { type BareSocket, serveBareSockets } from "./bare-sockets.ts";

const [directory = ".", phones = "1000"] = process.argv.slice(2);
const idOf = (phone: number) => createHash("sha256").update(String(phone)).digest().subarray(0, 16);
const rows = Array.from({ length: Number(phones) }, (_, phone) => ({
  mailboxId: idOf(phone),
  generation: 1,
  blocked: [],
}));
const { log } = await openEnvelopeLog(
  join(directory, "envelopes"),
  { lineage: async () => 1, hasEnded: async () => false, block: async () => true },
  {
    rows,
    mayBeNew: true,
    randomness: systemRandomness,
    room: { refusePutsBelowBytes: 67_108_864, ballastBytes: 16_777_216 },
    fatal: (error) => {
      throw error;
    },
  },
);
const mailboxes = rows.map(({ mailboxId }) => log.mailbox(mailboxId) as MailboxHandle);
const limit = {
  ...{ envelopes: 10_000, bytes: 268_435_456, fullEnvelopes: 10_000, fullBytes: 268_435_456 },
  ...{ provisionalEnvelopes: 500, provisionalBytes: 16_777_216 },
};
const takeLimit = { envelopes: 256, bytes: 262_144 };
const serial = new Uint8Array(16);
const ticketBytes = 16;
/** Where an acknowledgement says how many more texts it is for. */
const countAt = 4;

interface Inbox {
  readonly bare: BareSocket;
  readonly mailbox: MailboxHandle;
  /** The last position that was sent, or is being read. */
  sent: number;
  isCaughtUp: boolean;
  /** Something came while it was not. */
  isBehind: boolean;
}

const inboxes = new Map<number, Inbox>();
const inboxOf = new WeakMap<BareSocket, Inbox>();
let stored: { readonly from: BareSocket; readonly frame: Buffer; readonly position: number }[] = [];
let acknowledged: { readonly from: BareSocket; readonly frame: Buffer }[] = [];

function put(from: BareSocket, frame: Buffer): void {
  const mailbox = mailboxes[from.phone] as MailboxHandle;
  const outcome = log.put(mailbox, {
    generation: 1,
    serial,
    kind: "full",
    envelopeId: frame.subarray(4, 36),
    body: frame.subarray(36),
    quiet: false,
    now: Date.now(),
    limit,
    handsOut: inboxes.get(from.phone)?.isCaughtUp ?? false,
  });
  if (outcome.kind !== "stored") throw new Error(outcome.kind);
  if (stored.length === 0) {
    const batch = stored;
    log.afterPuts(() => answerPuts(batch));
    // What comes later this turn is in the same batch, and in the same list.
    setImmediate(() => {
      stored = [];
    });
  }
  stored.push({ from, frame, position: outcome.position });
}

function answerPuts(batch: typeof stored): void {
  for (const { from, frame, position } of batch) {
    const ticket = Buffer.alloc(4 + ticketBytes);
    frame.copy(ticket, 0, 0, 4);
    from.send(ticket);
    const inbox = inboxes.get(from.phone);
    if (!inbox) continue;
    if (inbox.isCaughtUp && position === inbox.sent + 1) {
      inbox.sent = position;
      inbox.bare.send(frame);
    } else if (inbox.isCaughtUp) void handOut(inbox);
    else inbox.isBehind = true;
  }
}

/** What waits, from the files, as far as the limit goes; the rest when that is acknowledged. */
async function handOut(inbox: Inbox): Promise<void> {
  inbox.isCaughtUp = false;
  inbox.isBehind = false;
  const taken = await log.take(inbox.mailbox, 1, inbox.sent, takeLimit);
  for (const { bytes, envelopeIdAt, bodyAt, bodyLength } of taken?.envelopes ?? []) {
    const frame = Buffer.allocUnsafe(36 + bodyLength);
    frame.fill(0, 0, 4);
    bytes.copy(frame, 4, envelopeIdAt, envelopeIdAt + 32);
    bytes.copy(frame, 36, bodyAt, bodyAt + bodyLength);
    inbox.bare.send(frame);
  }
  inbox.sent = taken?.handed ?? inbox.sent;
  inbox.isCaughtUp = taken?.more === false;
  if (inbox.isCaughtUp && inbox.isBehind) void handOut(inbox);
}

serveBareSockets({
  outboxFrame: put,
  inboxFrame(from, frame) {
    const inbox = inboxOf.get(from) as Inbox;
    const position = inbox.mailbox.acknowledged + frame.readUInt32LE(countAt);
    if (!log.acknowledge(inbox.mailbox, 1, position)) throw new Error("not handed out");
    if (acknowledged.length === 0) {
      const batch = acknowledged;
      log.afterAll(() => {
        for (const { from: acknowledging, frame: sent } of batch) acknowledging.send(sent);
      });
      setImmediate(() => {
        acknowledged = [];
      });
    }
    acknowledged.push({ from, frame });
    if (!inbox.isCaughtUp && position === inbox.sent) void handOut(inbox);
  },
  inboxOpened(bare) {
    const mailbox = mailboxes[bare.phone] as MailboxHandle;
    const inbox = { bare, mailbox, sent: mailbox.acknowledged, isCaughtUp: false, isBehind: false };
    inboxes.set(bare.phone, inbox);
    inboxOf.set(bare, inbox);
    void handOut(inbox);
  },
  inboxClosed(bare) {
    if (inboxes.get(bare.phone)?.bare === bare) inboxes.delete(bare.phone);
  },
});
