// The Unix socket in the data folder that a running service is steered from. Who may open it, its owner alone, is all the
// permission there is.
import { lstat, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import type { Log } from "../log.ts";
import { StartRefused } from "../start-refused.ts";
import { isAnswered } from "./ask.ts";
import { longestLine, readCommand } from "./command.ts";
import type { OperatingCommands } from "./operating.ts";
import { OperatingError } from "./operating-error.ts";
import { perform } from "./perform.ts";

export interface OperatingEdge {
  /** Answers what was asked, and resolves when every connection is gone and the socket with them. */
  close(): Promise<void>;
}

const mostConnections = 16;
// What the kernel has room for, with a zero byte behind it, on Linux; others have a little less.
const longestPath = 103;

/** @throws StartRefused where there can be no socket, or another service answers on it */
export async function serveOperating(parts: {
  /** Its path. */
  readonly socket: string;
  readonly commands: OperatingCommands;
  readonly log: Log;
}): Promise<OperatingEdge> {
  const { socket: path, commands, log } = parts;
  await makeRoom(path);
  const open = new Set<Socket>();
  const underWay = new Set<Promise<void>>();

  /** @param told lines before the answer */
  async function answer(line: string, told: (json: object) => void): Promise<object> {
    try {
      const asked = readCommand(line);
      if (!asked) return errorAnswer(new OperatingError("command_unknown"));
      return await perform(commands, asked, told);
    } catch (error) {
      if (error instanceof OperatingError) return errorAnswer(error);
      log.error("a command of the operator failed", error);
      return errorAnswer(new OperatingError("failed"));
    }
  }

  async function serve(socket: Socket): Promise<void> {
    socket.setEncoding("utf8");
    let rest = "";
    for await (const part of socket) {
      const lines = (rest + part).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) await reply(socket, line);
      if (rest.length > longestLine) return;
    }
  }

  async function reply(socket: Socket, line: string): Promise<void> {
    const write = (json: object) => {
      if (socket.writable) socket.write(`${JSON.stringify(json)}\n`);
    };
    const answered = answer(line, write).then(write);
    underWay.add(answered);
    await answered;
    underWay.delete(answered);
  }

  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // Whoever goes away in the middle hears no answer.
    serve(socket).catch(() => socket.destroy());
  });
  server.maxConnections = mostConnections;
  await listenForOwner(server, path);
  server.on("error", (error) => log.error("the operating socket failed", error));

  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(underWay);
      for (const socket of open) socket.destroySoon();
      await closed;
    },
  };
}

function errorAnswer({ code, message }: OperatingError): object {
  return { error: { code, message } };
}

/** A service that was killed leaves its socket behind. */
async function makeRoom(path: string): Promise<void> {
  if (Buffer.byteLength(path) > longestPath) {
    throw new StartRefused(
      `The path ${path} is too long for a socket (${longestPath} bytes). Choose a shorter --data.`,
    );
  }
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) {
    throw new StartRefused(`${path} is in the way of the service's socket. Remove it.`);
  }
  if (await isAnswered(path)) {
    throw new StartRefused(`Another service answers at ${path}. Stop it first.`);
  }
  await rm(path, { force: true });
}

async function listenForOwner(server: Server, path: string): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  // The socket is made before listen returns: there is no moment in which others could open it.
  const former = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(former);
  }
  await listening;
}
