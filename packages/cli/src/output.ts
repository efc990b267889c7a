// How the command line speaks: JSON lines or sentences on standard output, errors on standard error, and exit
// codes: 0 done, 1 refused, 2 wrong usage.
import { writeSync } from "node:fs";
import { AssentError } from "@assent/protocol";

export const exitCodes = { done: 0, refused: 1, wrongUsage: 2 } as const;

export interface Output {
  /** One result: as a JSON line, or as the sentence for people. */
  result(json: object, sentence: string): void;
  /** Only for people; nothing with --json. */
  say(sentence: string): void;
}

export function openOutput(asJson: boolean): Output {
  return {
    result: (json, sentence) => print(asJson ? JSON.stringify(json) : sentence),
    say: (sentence) => {
      if (!asJson) print(sentence);
    },
  };
}

// Written before this returns: what was printed before a kill was printed, and who cannot print notices in time.
function print(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written);
    } catch (cause) {
      // The reader of the pipe is slow, and the pipe full.
      if (cause instanceof Error && "code" in cause && cause.code === "EAGAIN") continue;
      throw new AssentError("output_failed", { cause });
    }
  }
}

/** Tells an error by the table, and the exit code it means. */
export function reportError(error: unknown, asJson: boolean): number {
  const known =
    error instanceof AssentError ? error : new AssentError("internal", { cause: error });
  const wait = known.retryAfterSeconds ? { retryAfterSeconds: known.retryAfterSeconds } : {};
  if (asJson) {
    const { code, message, retry } = known;
    process.stderr.write(`${JSON.stringify({ error: { code, message, retry, ...wait } })}\n`);
  } else {
    const until = known.retryAfterSeconds ? ` (in ${known.retryAfterSeconds} seconds)` : "";
    process.stderr.write(`assent: ${known.message}${until} [${known.code}]\n`);
    // Names of errors only: what is inside may hold what nobody else should read.
    if (known.code === "internal" && known.cause instanceof Error) {
      process.stderr.write(`${stackWithoutMessage(known.cause)}\n`);
    }
  }
  return known.code === "wrong_usage" ? exitCodes.wrongUsage : exitCodes.refused;
}

function stackWithoutMessage(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join("\n");
}
