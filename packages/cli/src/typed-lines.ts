// Lines of standard input, as a command asks for them. What it is read from is let go behind the last that is asked for: a
// terminal, or a pipe that somebody keeps open, would keep the program from ending.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** @param step is handed what reads the next line: undefined where there is none. */
export async function withTypedLines<T>(
  input: Readable,
  step: (nextLine: () => Promise<string | undefined>) => Promise<T>,
): Promise<T> {
  const reading = createInterface({ input });
  const lines = reading[Symbol.asyncIterator]();
  try {
    return await step(async () => {
      const line = await lines.next();
      return line.done ? undefined : line.value;
    });
  } finally {
    reading.close();
  }
}

export function firstTypedLine(input: Readable): Promise<string | undefined> {
  return withTypedLines(input, (nextLine) => nextLine());
}
