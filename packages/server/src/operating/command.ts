// The lines on the operating socket: one JSON object each way. What comes in is trusted to be from the service's own user,
// who alone can open the socket, and not to be well formed.
import { isAbsolute } from "node:path";
import { type RotatedKeys, type Rotation, rotatedKeys } from "../cell/rotation.ts";
import { type RegistrationState, registrationStates } from "./registration-door.ts";

export type Command =
  | { readonly command: "status" }
  | { readonly command: "clock-is-right" }
  /** The path is absolute. */
  | { readonly command: "backup"; readonly file: string }
  | { readonly command: "registration"; readonly is: RegistrationState }
  | { readonly command: "rotate"; readonly rotation: Rotation };

/** Characters of one line. */
export const longestLine = 65_536;

export function writeCommand(command: Command): string {
  if (command.command !== "rotate") return JSON.stringify(command);
  const { what, rootKeyFile } = command.rotation;
  return JSON.stringify({ command: "rotate", what, rootKey: rootKeyFile });
}

/** Undefined where it is none. */
export function readCommand(line: string): Command | undefined {
  const { command, what, rootKey, file, is } = fieldsOf(line);
  if (command === "backup" && typeof file === "string" && isAbsolute(file)) {
    return { command, file };
  }
  if (command === "registration") {
    const wanted = registrationStates.find((state) => state === is);
    return wanted && { command, is: wanted };
  }
  if (command === "status" || command === "clock-is-right") return { command };
  if (command !== "rotate" || !isRotatedKeys(what)) return undefined;
  if (rootKey !== undefined && !(typeof rootKey === "string" && isAbsolute(rootKey))) {
    return undefined;
  }
  return { command, rotation: { what, rootKeyFile: rootKey } };
}

/** The object of a line; an empty one where it is none. */
export function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isRotatedKeys(what: unknown): what is RotatedKeys[] {
  const known: readonly unknown[] = rotatedKeys;
  return Array.isArray(what) && what.length > 0 && what.every((one) => known.includes(one));
}
