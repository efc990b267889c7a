// The floor: a bare relay that appends every text and every acknowledgement to one file, and answers after fdatasync, many to
// a sync. It checks nothing, reads nothing back and deletes nothing: what waits for absent phones stays in its memory.
import { closeSync, fdatasync, openSync, writev } from "node:fs";
import { join } from "node:path";
import { type BareSocket, serveBareSockets } from "./bare-sockets.ts";

const [directory = "."] = process.argv.slice(2);
const file = openSync(join(directory, "reference.log"), "w");
process.once("exit", () => closeSync(file));

interface Waiting {
  readonly from: BareSocket;
  readonly frame: Buffer;
  readonly isPut: boolean;
}

const ticketBytes = 16;
const inboxes = new Map<number, BareSocket>();
const absent = new Map<number, Buffer[]>();
let queued: Waiting[] = [];
let isWriting = false;
let isFlushing = false;

function append(waiting: Waiting): void {
  queued.push(waiting);
  flush();
}

function flush(): void {
  if (isWriting || isFlushing) return;
  isFlushing = true;
  setImmediate(() => {
    isFlushing = false;
    if (queued.length > 0) write();
  });
}

function write(): void {
  const batch = queued;
  queued = [];
  isWriting = true;
  writev(
    file,
    batch.map(({ frame }) => frame),
    (failed) => {
      if (failed) throw failed;
      fdatasync(file, (error) => {
        if (error) throw error;
        isWriting = false;
        for (const waiting of batch) answer(waiting);
        if (queued.length > 0) flush();
      });
    },
  );
}

function answer({ from, frame, isPut }: Waiting): void {
  if (!isPut) {
    from.send(frame);
    return;
  }
  const ticket = Buffer.alloc(4 + ticketBytes);
  frame.copy(ticket, 0, 0, 4);
  from.send(ticket);
  const inbox = inboxes.get(from.phone);
  if (inbox) inbox.send(frame);
  else {
    const waiting = absent.get(from.phone);
    if (waiting) waiting.push(frame);
    else absent.set(from.phone, [frame]);
  }
}

serveBareSockets({
  outboxFrame: (from, frame) => append({ from, frame, isPut: true }),
  inboxFrame: (from, frame) => append({ from, frame, isPut: false }),
  inboxOpened(inbox) {
    inboxes.set(inbox.phone, inbox);
    for (const frame of absent.get(inbox.phone) ?? []) inbox.send(frame);
    absent.delete(inbox.phone);
  },
  inboxClosed(inbox) {
    if (inboxes.get(inbox.phone) === inbox) inboxes.delete(inbox.phone);
  },
});
