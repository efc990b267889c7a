// The other end of the operating socket: asks a running service one thing.
import { connect, type Socket } from "node:net";
import type { CellDescription } from "../cell/live-cell.ts";
import type { Rotation } from "../cell/rotation.ts";
import { type Command, fieldsOf, writeCommand } from "./command.ts";
import type { ServiceStatus } from "./operating.ts";
import { isOperatingErrorCode, OperatingError } from "./operating-error.ts";

const longestWaitMs = 30_000;

/** @throws OperatingError no_service, not_yours, no_answer, command_unknown, failed */
export async function askForStatus(socket: string): Promise<ServiceStatus> {
  return (await ask(socket, { command: "status" })) as ServiceStatus;
}

/** Says that this machine's clock is right. @throws OperatingError the same */
export async function confirmClock(socket: string): Promise<Pick<ServiceStatus, "destruction">> {
  return (await ask(socket, { command: "clock-is-right" })) as Pick<ServiceStatus, "destruction">;
}

/** @throws OperatingError the same, and refused */
export async function askToRotate(socket: string, rotation: Rotation): Promise<CellDescription> {
  return (await ask(socket, { command: "rotate", rotation })) as CellDescription;
}

/** Whether anybody is at this socket. */
export function isAnswered(path: string): Promise<boolean> {
  return connected(path).then(
    (socket) => {
      socket.destroy();
      return true;
    },
    (error: OperatingError) => error.code !== "no_service",
  );
}

// Trusts the answer: only the user who runs this could have made the socket.
async function ask(path: string, command: Command): Promise<object> {
  const socket = await connected(path);
  socket.setTimeout(longestWaitMs, () => socket.destroy());
  socket.write(`${writeCommand(command)}\n`);
  const answer = fieldsOf(await firstLine(socket));
  const error = answer["error"] as { code?: unknown; message?: string } | undefined;
  if (error && isOperatingErrorCode(error.code)) {
    throw new OperatingError(error.code, error.message);
  }
  if (error || Object.keys(answer).length === 0) throw new OperatingError("no_answer");
  return answer;
}

async function firstLine(socket: Socket): Promise<string> {
  socket.setEncoding("utf8");
  let read = "";
  try {
    for await (const part of socket) {
      read += part;
      const end = read.indexOf("\n");
      if (end >= 0) return read.slice(0, end);
    }
  } catch {
    // The service ended before it had answered.
  }
  throw new OperatingError("no_answer");
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      // From here on it is whoever reads that hears of errors.
      socket.removeAllListeners("error").on("error", () => {});
      resolve(socket);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      const isOthers = error.code === "EACCES" || error.code === "EPERM";
      reject(new OperatingError(isOthers ? "not_yours" : "no_service"));
    });
  });
}
