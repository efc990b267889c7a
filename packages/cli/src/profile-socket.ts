// The socket in a profile's folder, by which the program that has the profile does what others ask of it: a line of JSON
// with what is asked, lines with what is to be printed, and a last one with the exit code. The folder and the socket are
// the owner's alone, so that whoever reaches it may use the profile as well.
import { chmod, rm } from "node:fs/promises";
import { createServer, type Socket, connect as startConnecting } from "node:net";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { AssentError } from "@assent/protocol";
import { reportError, type Streams } from "./output.ts";
import { printableJson } from "./printable.ts";
import { type Asking, readAsking, writeAsking } from "./requests.ts";

/** The longest text is 64,000 bytes; JSON writes each of them with six characters at most. */
const longestLine = 512 * 1024;
/** Of a socket's path, what every platform takes. */
const longestPath = 100;

type Answer = { readonly out: string } | { readonly error: string } | { readonly exitCode: number };

/** For how long an answer waits, at the end, for who does not read it: they may be stopped, or show it page by page. */
const longestUntakenMs = 5_000;

export interface Answering {
  /** No new ones; resolves when what was begun is answered. Waits for nobody who asks nothing, or takes no answer. */
  close(): Promise<void>;
}

interface Ending {
  /** Resolves when no more is answered. */
  readonly begun: Promise<void>;
  readonly untakenMs: number;
}

/**
 * Answers what others ask. Only for whoever holds the profile: a socket that is there is then one that a killed program
 * left behind.
 * @param perform resolves to the exit code.
 * @throws AssentError storage_failed where no socket can be made.
 */
export async function answerOthers(
  folder: string,
  perform: (asking: Asking, streams: Streams) => Promise<number>,
  { untakenMs = longestUntakenMs }: { readonly untakenMs?: number | undefined } = {},
): Promise<Answering> {
  const path = pathIn(folder);
  const answering = new Set<Promise<void>>();
  const ending = Promise.withResolvers<void>();
  // Whoever asked may have no more to say and still wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const answered = answer(socket, perform, { begun: ending.promise, untakenMs }).finally(() =>
      answering.delete(answered),
    );
    answering.add(answered);
  });
  try {
    await rm(path, { force: true });
    // Made 0600, not a moment later.
    const mask = process.umask(0o177);
    try {
      await new Promise<void>((listening, failed) => {
        server.once("error", failed).listen(path, listening);
      });
    } finally {
      process.umask(mask);
    }
    await chmod(path, 0o600);
  } catch (cause) {
    server.close();
    throw new AssentError("storage_failed", { cause });
  }
  return {
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      ending.resolve();
      await Promise.all(answering);
      await closed;
    },
  };
}

async function answer(
  socket: Socket,
  perform: (asking: Asking, streams: Streams) => Promise<number>,
  ending: Ending,
): Promise<void> {
  // Whoever asked may be gone before the answer is; what was begun is done all the same.
  socket.on("error", () => undefined);
  const tell = (part: Answer) => {
    if (socket.writable) socket.write(`${printableJson(part)}\n`);
  };
  const streams: Streams = { out: (out) => tell({ out }), error: (error) => tell({ error }) };
  let asJson = false;
  let hasAsked = false;
  void ending.begun.then(() => {
    if (!hasAsked) socket.destroy();
  });
  try {
    const line = await firstLine(socket);
    hasAsked = true;
    const asking = readAsking(line);
    asJson = asking.asJson;
    tell({ exitCode: await perform(asking, streams) });
  } catch (error) {
    tell({ exitCode: reportError(error, asJson, streams) });
  }
  await new Promise<void>((ended) => {
    if (socket.destroyed) return ended();
    socket.once("close", () => ended()).end(() => socket.destroy());
    // Once nobody else keeps the program, this does not either.
    void ending.begun
      .then(() => delay(ending.untakenMs, undefined, { ref: false }))
      .then(() => socket.destroy());
  });
}

async function firstLine(socket: Socket): Promise<string> {
  socket.setEncoding("utf8");
  let read = "";
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new AssentError("request_invalid"));
    socket.once("end", refuse).once("close", refuse);
    socket.on("data", (part: string) => {
      read += part;
      const end = read.indexOf("\n");
      if (end >= 0) resolve(read.slice(0, end));
      else if (read.length > longestLine) refuse();
    });
  });
}

/**
 * Has the program that holds the profile do something; its exit code. Undefined where no program listens.
 * @throws AssentError answer_lost where it ended before it had answered.
 */
export async function askOther(
  folder: string,
  asking: Asking,
  streams: Streams,
): Promise<number | undefined> {
  const socket = await connected(pathIn(folder));
  if (!socket) return undefined;
  socket.on("error", () => undefined).write(`${writeAsking(asking)}\n`);
  try {
    for await (const line of createInterface({ input: socket })) {
      const part = JSON.parse(line) as Answer;
      if ("out" in part) streams.out(part.out);
      else if ("error" in part) streams.error(part.error);
      else return part.exitCode;
    }
  } finally {
    socket.destroy();
  }
  return reportError(new AssentError("answer_lost"), asking.asJson, streams);
}

/** Whether a program listens: it shows all that comes to this profile. */
export async function isFollowed(folder: string): Promise<boolean> {
  const socket = await connected(pathIn(folder));
  socket?.on("error", () => undefined).destroy();
  return socket !== undefined;
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = startConnecting(path);
    socket.once("connect", () => resolve(socket));
    // Nobody there, or one that a killed program left behind.
    socket.once("error", () => resolve(undefined));
  });
}

/** As it is seen from here, where its whole path is longer than a socket's may be. */
function pathIn(folder: string): string {
  const path = resolve(join(folder, "profile.sock"));
  return path.length <= longestPath ? path : relative(process.cwd(), path);
}
