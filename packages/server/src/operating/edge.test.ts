// The socket a service is steered from: for its owner alone, one line for each question, and gone with the service.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { link, lstat, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import type { Rotation } from "../cell/rotation.ts";
import { createLog } from "../log.ts";
import { askForBackup, askForStatus, askToRotate } from "./ask.ts";
import { longestLine } from "./command.ts";
import { serveOperating } from "./edge.ts";
import type { OperatingCommands, ServiceStatus } from "./operating.ts";
import { OperatingError } from "./operating-error.ts";
import {
  pretendedDesk,
  pretendedDraining,
  pretendedSteering,
  unsteered,
} from "./steering-for-tests.ts";

const status: ServiceStatus = {
  version: "0.1.0",
  startedAt: "2030-01-01T00:00:00.000Z",
  origin: "http://127.0.0.1:8080",
  cellId: "00",
  certificateNumber: 2,
  sequence: 31_000_000,
  sealingEpochs: [1, 2],
  voprfEpochs: [1],
  capabilityEpochs: [1],
  pushEpochs: [1],
  rootKeyHere: false,
  keysDirectory: "/keys",
  journalFile: "/ended.journal",
  openFilesLimit: null,
  counts: { accounts: 3 },
  destruction: "goes-on",
  drained: false,
  sms: [{ name: "smpp", state: "ready" }],
  relayedSms: null,
  ...unsteered,
};

const { steered: _, ...steering } = pretendedSteering;
const { isDrained: __, ...draining } = pretendedDraining;

async function newSocket(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "assent-socket-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "service.sock");
}

async function startOperating(context: TestContext, changes: Partial<OperatingCommands> = {}) {
  const socket = await newSocket(context);
  const rotations: Rotation[] = [];
  const log: string[] = [];
  const commands: OperatingCommands = {
    status: async () => status,
    async rotate(rotation) {
      rotations.push(rotation);
      return status;
    },
    ...steering,
    ...pretendedDesk,
    ...draining,
    confirmClock: async () => ({ destruction: "waits-a-day" }),
    async backUp(file, told) {
      for (const done of [1, 2]) told({ done, of: 2 });
      return { file, bytes: 8_192 };
    },
    ...changes,
  };
  const edge = await serveOperating({
    socket,
    commands,
    log: createLog("debug", { write: (line) => void log.push(line) }),
  });
  context.after(() => edge.close());
  return { socket, rotations, log, edge, commands };
}

/** A connection that writes what it is told to, and hears lines. */
async function openLine(path: string) {
  const socket = connect(path);
  await once(socket, "connect");
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    socket,
    write: (text: string) => void socket.write(text),
    next: async (): Promise<unknown> => {
      const { done, value } = await lines.next();
      return done ? "closed" : JSON.parse(value);
    },
  };
}

test("it answers its owner, and nobody else can open it", async (context) => {
  const { socket } = await startOperating(context);
  const found = await lstat(socket);
  assert.ok(found.isSocket());
  assert.equal(found.mode & 0o777, 0o600);
  assert.deepEqual(await askForStatus(socket), status);
});

test("what is to be rotated arrives as it was asked for", async (context) => {
  const { socket, rotations } = await startOperating(context);
  const asked: Rotation[] = [
    { what: ["sealing"], rootKeyFile: undefined },
    { what: ["online", "voprf", "capability"], rootKeyFile: "/media/root.key" },
  ];
  for (const rotation of asked) assert.deepEqual(await askToRotate(socket, rotation), status);
  assert.deepEqual(rotations, asked);
});

test("one connection may ask again and again, in pieces and in one go, and is answered in order", async (context) => {
  let asked = 0;
  const { socket } = await startOperating(context, {
    status: async () => ({ ...status, sequence: ++asked }),
  });
  const line = await openLine(socket);
  line.write('{"command":"st');
  line.write('atus"}\n{"command":"status"}\n{"comm');
  assert.deepEqual(await line.next(), { ...status, sequence: 1 });
  assert.deepEqual(await line.next(), { ...status, sequence: 2 });
  line.write('and":"status"}\n');
  assert.deepEqual(await line.next(), { ...status, sequence: 3 });
  line.socket.destroy();
});

test("what is no command is told so, and does nothing", async (context) => {
  const { socket, rotations } = await startOperating(context);
  const line = await openLine(socket);
  for (const text of [
    ...["", "status", "null", "[]", "{}", '{"command":"stop"}', '{"command":["status"]}'],
    ...[
      '{"command":"rotate"}',
      '{"command":"rotate","what":[]}',
      '{"command":"rotate","what":"voprf"}',
    ],
    ...['{"command":"rotate","what":["root"]}', '{"command":"rotate","what":["voprf","tickets"]}'],
    ...['{"command":"rotate","what":["online"],"rootKey":"root.key"}'],
    ...['{"command":"rotate","what":["online"],"rootKey":1}'],
  ]) {
    line.write(`${text}\n`);
    const answer = (await line.next()) as { error?: { code: string } };
    assert.equal(answer.error?.code, "command_unknown", text);
  }
  assert.deepEqual(rotations, []);
  line.write('{"command":"status"}\n');
  assert.deepEqual(await line.next(), status);
  line.socket.destroy();
});

test("a line that does not end is not listened to for ever", async (context) => {
  const { socket } = await startOperating(context);
  const line = await openLine(socket);
  line.socket.on("error", () => {});
  line.write(" ".repeat(longestLine + 1));
  assert.equal(await line.next(), "closed");
  assert.deepEqual(await askForStatus(socket), status);
});

test("a refusal says why; anything else that goes wrong is told in the log alone", async (context) => {
  let thrown: unknown;
  const { socket, log } = await startOperating(context, {
    rotate: async () => {
      throw thrown;
    },
  });
  const rotate = () => askToRotate(socket, { what: ["sealing"], rootKeyFile: undefined });
  thrown = new OperatingError("refused", "The root key is somewhere else.");
  const refused = { code: "refused", message: "The root key is somewhere else." };
  await assert.rejects(rotate(), { name: "OperatingError", ...refused });
  assert.deepEqual(log, []);
  thrown = new Error("a secret");
  await assert.rejects(rotate(), { code: "failed", message: /in its log/ });
  assert.equal(log.length, 1);
  assert.doesNotMatch(log.join(""), /secret/);
});

test("stopping answers what was asked, ends every connection, and takes the socket away", async (context) => {
  const held = Promise.withResolvers<void>();
  const isAsked = Promise.withResolvers<void>();
  const { socket, edge } = await startOperating(context, {
    async status() {
      isAsked.resolve();
      await held.promise;
      return status;
    },
  });
  const idle = await openLine(socket);
  const asking = askForStatus(socket);
  await isAsked.promise;
  const closed = edge.close();
  await assert.rejects(askForStatus(socket), { code: "no_service" });
  held.resolve();
  assert.deepEqual(await asking, status);
  await closed;
  assert.equal(await idle.next(), "closed");
  assert.ok(!existsSync(socket));
  await assert.rejects(askForStatus(socket), { code: "no_service" });
});

test("a socket that a killed service left is replaced; a living one, or what is none, is not", async (context) => {
  const { socket, commands } = await startOperating(context);
  const parts = {
    commands,
    log: createLog("silent"),
  };
  const another = { name: "StartRefused", message: /Another service answers/ };
  await assert.rejects(serveOperating({ ...parts, socket }), another);
  assert.deepEqual(await askForStatus(socket), status);

  const left = await newSocket(context);
  // Without unlinking it, as where the process was killed.
  const killed = createServer();
  killed.listen(left);
  await once(killed, "listening");
  const elsewhere = `${left}.kept`;
  await link(left, elsewhere);
  killed.close();
  await once(killed, "close");
  await rename(elsewhere, left);
  await assert.rejects(askForStatus(left), { code: "no_service" });
  const edge = await serveOperating({ ...parts, socket: left });
  assert.deepEqual(await askForStatus(left), status);
  await edge.close();

  await writeFile(left, "somebody's file");
  const inTheWay = { name: "StartRefused", message: /is in the way/ };
  await assert.rejects(serveOperating({ ...parts, socket: left }), inTheWay);
  assert.ok(existsSync(left));
  const long = join(tmpdir(), "a".repeat(100), "service.sock");
  const tooLong = { name: "StartRefused", message: /Choose a shorter --data/ };
  await assert.rejects(serveOperating({ ...parts, socket: long }), tooLong);
});

test("a backup tells how far it is before it is answered", async (context) => {
  const { socket } = await startOperating(context);
  const told: unknown[] = [];
  const done = await askForBackup(socket, "/backups/a.db", (progress) => told.push(progress));
  assert.deepEqual(done, { file: "/backups/a.db", bytes: 8_192 });
  assert.deepEqual(told, [
    { done: 1, of: 2 },
    { done: 2, of: 2 },
  ]);
  await assert.rejects(
    askForBackup(socket, "a.db", () => undefined),
    { code: "command_unknown" },
  );
});
