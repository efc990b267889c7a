// What a process asked of the operating system, as strace wrote it down: every call that changes files or sends, with all its
// bytes, and between which lines of the whole record it began and ended.

/** Passed to strace: every call by which files change or bytes are sent, whole, with the paths and peers of descriptors. */
export const straceOptions: readonly string[] = [
  "-f",
  "-yy",
  "-xx",
  "--seccomp-bpf",
  "--absolute-timestamps=format:unix,precision:us",
  ...["-s", "16777216"],
  ...[
    "-e",
    `trace=openat,creat,write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,copy_file_range`,
  ],
  // None but exits that are looked for.
  ...["-e", "signal=none"],
];

export interface TracedCall {
  readonly isOpen: false;
  readonly name: string;
  /** What stood between its parentheses. */
  readonly args: string;
  /** Lines of the whole record. A call that never ended has none. */
  readonly began: number;
  readonly ended: number | undefined;
  /** Of one that never ended: where its process was gone, and nothing of it came any more. */
  readonly diedAt?: number;
  readonly returned: number;
  /** The path of the descriptor that it returned. */
  readonly returnedPath: string | undefined;
}

export interface Trace {
  readonly calls: readonly TracedCall[];
  /** When each line was written, in milliseconds since 1970. */
  readonly times: readonly number[];
}

interface Unfinished {
  readonly isOpen: true;
  readonly began: number;
  readonly name: string;
  readonly args: string;
}

/** Reads records that follow each other as one. @throws for a line that is not understood */
export function readTraces(texts: readonly string[]): Trace {
  const calls: TracedCall[] = [];
  const times: number[] = [];
  for (const text of texts) {
    const unfinished = new Map<string, Unfinished>();
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const at = times.length;
      const [, thread = "", seconds, said = ""] = /^(\d+)\s+(\d+\.\d+) (.*)$/s.exec(line) ?? [];
      if (seconds === undefined) throw new Error(`not a line of strace: ${line.slice(0, 80)}`);
      times.push(Number(seconds) * 1_000);
      if (said.startsWith("+++") || said.startsWith("---")) continue;
      const call = readCall(said, at, unfinished.get(thread));
      unfinished.delete(thread);
      if (call.isOpen) unfinished.set(thread, call);
      else calls.push(call);
    }
    // Killed while they went on: they may have been done, or in part.
    for (const call of unfinished.values()) calls.push(neverEnded(call, times.length - 1));
  }
  calls.sort((one, other) => one.began - other.began);
  return { calls, times };
}

const endOfUnfinished = " <unfinished ...>";

function readCall(
  said: string,
  at: number,
  before: Unfinished | undefined,
): TracedCall | Unfinished {
  const resumed = /^<\.\.\. (\w+) resumed>(.*)$/s.exec(said);
  if (!resumed) {
    const opened = said.indexOf("(");
    const name = said.slice(0, opened);
    if (said.endsWith(endOfUnfinished)) {
      const args = said.slice(opened + 1, -endOfUnfinished.length);
      return { isOpen: true, began: at, name, args };
    }
    return endedCall({ isOpen: true, began: at, name, args: "" }, said.slice(opened + 1), at);
  }
  if (!before || before.name !== resumed[1])
    throw new Error(`resumed without beginning: ${resumed[1]}`);
  return endedCall(before, resumed[2] ?? "", at);
}

function endedCall(call: Unfinished, rest: string, at: number): TracedCall {
  const closed = rest.lastIndexOf(") = ");
  const args = call.args + rest.slice(0, Math.max(0, rest.lastIndexOf(")")));
  const result = closed < 0 ? "?" : rest.slice(closed + 4).trim();
  const whole = { ...call, args };
  if (result.startsWith("?")) return neverEnded(whole, at);
  const [, number, path] = /^(-?\d+)(?:<([^>]*)>)?/.exec(result) ?? [];
  if (number === undefined) throw new Error(`no result of ${call.name}: ${result.slice(0, 80)}`);
  const returnedPath = path === undefined ? undefined : decoded(path);
  return { ...whole, isOpen: false, ended: at, returned: Number(number), returnedPath };
}

function neverEnded(call: Unfinished, diedAt: number): TracedCall {
  const unknown = { ended: undefined, diedAt, returned: 0, returnedPath: undefined };
  return { ...call, ...unknown, isOpen: false };
}

/** Of strings as strace writes them, all in hexadecimal. */
export function bytesIn(args: string): Buffer {
  const parts = [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g)].map(([, hex = "", cut]) => {
    if (cut) throw new Error("a call was longer than strace writes down");
    return Buffer.from(hex.replaceAll("\\x", ""), "hex");
  });
  return Buffer.concat(parts);
}

/** The strings among the arguments, as text. */
export function stringsIn(args: string): string[] {
  return [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => decoded(hex));
}

/** What the descriptor is that the arguments begin with: a path, or a connection. */
export function descriptorIn(args: string): { number: number; is: string } | undefined {
  const [, number, is] = /^(\d+)<((?:->|[^<>])*)>/.exec(args) ?? [];
  return number === undefined ? undefined : { number: Number(number), is: decoded(is ?? "") };
}

function decoded(text: string): string {
  if (!text.startsWith("\\x")) return text;
  return Buffer.from(text.replaceAll("\\x", ""), "hex").toString();
}
