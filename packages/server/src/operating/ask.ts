// The other end of the operating socket: asks a running service one thing.
import { connect, type Socket } from "node:net";
import type { CellDescription } from "../cell/live-cell.ts";
import type { Rotation } from "../cell/rotation.ts";
import { type Answers, type Command, fieldsOf, writeCommand } from "./command.ts";
import type { BackupDone, ServiceStatus } from "./operating.ts";
import { isOperatingErrorCode, OperatingError } from "./operating-error.ts";
import type { BackupProgress } from "./store.ts";

const longestWaitMs = 30_000;
// A backup says nothing while the copy is looked through.
const longestCheckMs = 3_600_000;

/** @throws OperatingError no_service, not_yours, no_answer, command_unknown, failed */
export function askForStatus(socket: string): Promise<ServiceStatus> {
  return askService(socket, { command: "status" });
}

/** @param file absolute. @throws OperatingError the same, and refused */
export function askForBackup(
  socket: string,
  file: string,
  told: (progress: BackupProgress) => void,
): Promise<BackupDone> {
  return askService(socket, { command: "backup", file }, told);
}

/** @throws OperatingError the same, and refused */
export function askToRotate(socket: string, rotation: Rotation): Promise<CellDescription> {
  return askService(socket, { command: "rotate", rotation });
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

/**
 * Trusts the answer: only the user who runs this could have made the socket.
 * @throws OperatingError no_service, not_yours, no_answer, command_unknown, failed, refused
 */
export async function askService<C extends Command>(
  path: string,
  command: C,
  told: (progress: BackupProgress) => void = () => undefined,
): Promise<Answers[C["command"]]> {
  const socket = await connected(path);
  socket.setTimeout(command.command === "backup" ? longestCheckMs : longestWaitMs, () =>
    socket.destroy(),
  );
  socket.write(`${writeCommand(command)}\n`);
  for await (const line of linesOf(socket)) {
    const { progress, ...answer } = fieldsOf(line);
    if (progress) {
      told(progress as BackupProgress);
      continue;
    }
    const error = answer["error"] as { code?: unknown; message?: string } | undefined;
    if (error && isOperatingErrorCode(error.code)) {
      throw new OperatingError(error.code, error.message);
    }
    if (error || Object.keys(answer).length === 0) break;
    return answer as unknown as Answers[C["command"]];
  }
  throw new OperatingError("no_answer");
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  socket.setEncoding("utf8");
  let read = "";
  try {
    for await (const part of socket) {
      const lines = (read + part).split("\n");
      read = lines.pop() ?? "";
      yield* lines;
    }
  } catch {
    // The service ended before it had answered.
  }
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
