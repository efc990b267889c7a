// A file that somebody named on the command line: read, or refused by its name.
import { readFile } from "node:fs/promises";
import { Refused } from "./output.ts";
import { printableLine } from "./printable.ts";

/** @throws AssentError file_missing, file_unreadable */
export async function readNamedFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const code = isMissing ? "file_missing" : "file_unreadable";
    throw new Refused(code, { file }, [printableLine(file)], { cause });
  }
}
