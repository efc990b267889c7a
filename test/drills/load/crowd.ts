// A crowd at a service's sockets, in a thread of its own so that it takes no time from those whose texts are measured: strangers
// that hold sockets and say nothing whole, each back as soon as it is ended; and devices that all come back.
import { createConnection, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { authentication, inboxAnswerIn, inboxFrame, type Phone } from "@assent/bare-phone";
import { WebSocket } from "ws";

export interface CrowdData {
  readonly port: number;
  readonly strangers: number;
  /** Come back, over and over, until so many were let in. */
  readonly devices: readonly Pick<Phone, "device" | "cellId" | "accountId" | "counter">[];
  readonly returns: number;
  /** Each at a random moment of these. */
  readonly returnSeconds: number;
}

/** What it says: how many times a stranger was ended, or that all devices are back. */
export type CrowdSays =
  | { readonly kind: "there"; readonly open: number }
  | { readonly kind: "counts"; readonly ended: number; readonly open: number }
  | { readonly kind: "returned"; readonly seconds: number };

const { port, strangers, devices, returns, returnSeconds } = workerData as CrowdData;
const say = (said: CrowdSays) => parentPort?.postMessage(said);

const upgrade = (path: string) =>
  [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
    "Sec-WebSocket-Protocol: assent.mailbox.v1",
    "",
    "",
  ].join("\r\n");

/** A masked binary frame that says it has 600 KB; of these, and of its own head, a part. */
const begun = Buffer.concat([Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 9, 0x27, 0xc0, 0, 0, 0, 0)]);
/** The first of several fragments, of one byte. */
const fragment = Buffer.of(0x02, 0x81, 0, 0, 0, 0, 7);
const kinds: readonly { readonly sends: string; readonly behind: Buffer }[] = [
  { sends: "GET /outbox HTTP/1.1\r\nHost: 127", behind: Buffer.of() },
  { sends: upgrade("/outbox"), behind: Buffer.of() },
  { sends: upgrade("/outbox"), behind: begun },
  { sends: upgrade("/outbox"), behind: fragment },
  { sends: upgrade("/inbox"), behind: Buffer.of() },
];
const trickleMs = 5_000;
const backAfterMs = 1_000;

let ended = 0;
const open = new Set<Socket>();

function stranger(index: number): void {
  const kind = kinds[index % kinds.length];
  if (!kind) return;
  const { sends, behind } = kind;
  const socket = createConnection(port, "127.0.0.1", () => {
    open.add(socket);
    socket.write(sends);
  });
  socket.once("data", () => socket.write(behind));
  const trickle = setInterval(() => {
    if (behind === begun) socket.write(Buffer.of(0));
  }, trickleMs);
  socket.on("error", () => undefined);
  socket.once("close", () => {
    clearInterval(trickle);
    open.delete(socket);
    ended += 1;
    setTimeout(() => stranger(index), backAfterMs);
  });
  socket.resume();
}

async function comeBack(phone: Pick<Phone, "device" | "cellId" | "accountId" | "counter">) {
  const done = Promise.withResolvers<boolean>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/inbox`, "assent.mailbox.v1");
  socket.on("error", () => undefined);
  socket.once("close", () => done.resolve(false));
  socket.on("message", async (data: Buffer) => {
    const answer = inboxAnswerIn(data);
    if (answer.case === "ready") done.resolve(true);
    if (answer.case !== "challenge") return;
    const value = await authentication(phone as Phone, answer.value.nonce);
    socket.send(inboxFrame(1, { case: "authenticate", value }));
  });
  return done.promise;
}

/** Who is not let in tries again. */
async function allComeBack(): Promise<void> {
  const started = performance.now();
  await Promise.all(
    Array.from({ length: returns }, async (_, index) => {
      const phone = devices[index % devices.length];
      if (returnSeconds > 0) await delay(Math.random() * returnSeconds * 1_000);
      while (phone && !(await comeBack(phone))) {
        await delay(backAfterMs * (1 + Math.random()));
      }
    }),
  );
  say({ kind: "returned", seconds: (performance.now() - started) / 1_000 });
}

for (let index = 0; index < strangers; index += 1) {
  stranger(index);
  if (index % 50 === 49) await delay(10);
}
if (returns > 0) await allComeBack();
else say({ kind: "there", open: open.size });
parentPort?.on("message", () => say({ kind: "counts", ended, open: open.size }));
