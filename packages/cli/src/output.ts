// How the command line speaks: JSON lines or sentences on standard output, errors on standard error, and exit codes.
// Where it prints is handed in: what one program does for another is printed by that other.
import { writeSync } from "node:fs";
import type { Readable } from "node:stream";
import { AssentError, type ErrorCode } from "@assent/protocol/errors";
import { printableJson } from "./printable.ts";

/** `handoff`: the text is not sent; a link is printed that opens it in the SMS app. */
export const exitCodes = { done: 0, refused: 1, wrongUsage: 2, handoff: 3 } as const;

export interface Streams {
  /** One line, of one line alone or several. */
  out(line: string): void;
  error(line: string): void;
}

/** Where a command was typed: the standard streams of this process, or what stands for them. */
export interface Terminal extends Streams {
  readonly input: Readable;
}

export interface Output {
  /** One result: as a JSON line, or as the sentence for people, made for those alone where there may be many. */
  result(json: object, sentence: string | (() => string)): void;
  /** Only for people; nothing with --json. */
  say(sentence: string): void;
}

export function openOutput(asJson: boolean, streams: Streams = standardTerminal): Output {
  return {
    result: (json, sentence) => {
      if (asJson) streams.out(printableJson(json));
      else streams.out(typeof sentence === "string" ? sentence : sentence());
    },
    say: (sentence) => {
      if (!asJson) streams.out(sentence);
    },
  };
}

/** A refusal with what it is about: never anything but what was typed, or stands in the owner's own address book. */
export class Refused extends AssentError {
  readonly about: object;
  readonly lines: readonly string[];

  constructor(code: ErrorCode, about: object, lines: readonly string[], options?: ErrorOptions) {
    super(code, options);
    this.about = about;
    this.lines = lines;
  }
}

/** Tells an error by the table, and the exit code it means. */
export function reportError(error: unknown, asJson: boolean, streams: Streams): number {
  const known =
    error instanceof AssentError ? error : new AssentError("internal", { cause: error });
  const { code, message, retry, retryAfterSeconds } = known;
  if (asJson) {
    const wait = retryAfterSeconds ? { retryAfterSeconds } : {};
    const about = known instanceof Refused ? known.about : {};
    streams.error(printableJson({ error: { code, message, retry, ...wait, ...about } }));
  } else {
    const until = retryAfterSeconds ? ` (in ${retryAfterSeconds} seconds)` : "";
    streams.error(`assent: ${message}${until} [${code}]`);
    if (known instanceof Refused) for (const line of known.lines) streams.error(`  ${line}`);
    // Names of errors only: what is inside may hold what nobody else should read.
    if (code === "internal" && known.cause instanceof Error) {
      streams.error(stackWithoutMessage(known.cause));
    }
  }
  return code === "wrong_usage" ? exitCodes.wrongUsage : exitCodes.refused;
}

function stackWithoutMessage(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join("\n");
}

/** Written before the call returns: what was printed before a kill was printed, and who cannot print notices in time. */
export const standardTerminal: Terminal = {
  // Opened where it is read: most commands read nothing.
  get input() {
    return process.stdin;
  },
  out: (line) => write(1, line),
  error: (line) => write(2, line),
};

// A pipe that is full is asked again after this: sooner, its reader would have to share the processor with who asks.
const fullPipeWaitMs = 2;

function write(descriptor: 1 | 2, line: string): void {
  writeWhole(Buffer.from(`${line}\n`), {
    write: (bytes) => writeSync(descriptor, bytes),
    wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fullPipeWaitMs),
  });
}

/** @param how `write` says how many bytes it wrote, and throws EAGAIN while there is no room for any. @throws AssentError output_failed */
export function writeWhole(
  bytes: Uint8Array,
  how: { write(bytes: Uint8Array): number; wait(): void },
): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += how.write(bytes.subarray(written));
    } catch (cause) {
      const isFull = cause instanceof Error && "code" in cause && cause.code === "EAGAIN";
      if (!isFull) throw new AssentError("output_failed", { cause });
      how.wait();
    }
  }
}
