// What is recorded of a phone: the command line turns it on, takes texts, is killed while it takes, sends, and sends without a
// connection. All its calls, all that it showed and said, and all that it acknowledged.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { InboxRequestSchema } from "@assent/protocol";
import { fromBinary } from "@bufbuild/protobuf";
import { commandFile } from "../../command.ts";
import type { TestPhone, TestServer } from "../../network.ts";
import type { Seeded } from "../seeded.ts";
import { type DiskCall, diskCallsIn } from "./disk-calls.ts";
import { FrameReader } from "./frames.ts";
import { bytesIn, descriptorIn, readTraces, straceOptions, type Trace } from "./trace.ts";

export type PhoneFact =
  /** A text of somebody was printed. */
  | { readonly kind: "shown"; readonly text: string }
  /** A text of the owner's was answered as queued or sent. */
  | { readonly kind: "accepted"; readonly text: string }
  /** Everything up to the position was acknowledged. */
  | { readonly kind: "acknowledged"; readonly position: number };

export interface PhoneStory {
  readonly trace: Trace;
  readonly disk: readonly DiskCall[];
  readonly facts: readonly { readonly line: number; readonly fact: PhoneFact }[];
  /** Those that came, in the order of their positions, which count from 1. */
  readonly came: readonly string[];
}

export interface PhoneStoryParts {
  readonly server: TestServer;
  /** Recorded; it is not on yet. */
  readonly phone: TestPhone;
  /** Writes to it, and takes nothing: its mailbox gets texts and nothing else. */
  readonly writer: TestPhone;
  /** Is written to, and does nothing. */
  readonly reader: TestPhone;
  /** Where the records are written. */
  readonly folder: string;
  readonly random: Seeded;
  readonly rounds: number;
}

export async function recordPhone(parts: PhoneStoryParts): Promise<PhoneStory> {
  const { server, phone, writer, reader, random, rounds } = parts;
  const records: { readonly file: string; readonly sent: string | undefined }[] = [];
  const came: string[] = [];
  const run = async (args: readonly string[], killAfterMs?: number) => {
    const file = `${parts.folder}/phone-${records.length}`;
    records.push({ file, sent: args[0] === "send" ? args.at(-1) : undefined });
    const command = [process.execPath, commandFile, "--profile", phone.folder, "--json", ...args];
    const started = spawn("strace", ["-o", file, ...straceOptions, ...command], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, UV_USE_IO_URING: "0" },
    });
    started.stdout.resume();
    const ended = once(started, "exit");
    const timer =
      killAfterMs === undefined ? undefined : setTimeout(() => void kill(started.pid), killAfterMs);
    await ended;
    clearTimeout(timer);
  };
  const write = async () => {
    const text = `text ${came.length + 1}`;
    came.push(text);
    await writer.send(phone.number, text);
  };
  let sent = 0;
  const send = () => {
    sent += 1;
    return run(["send", reader.number, "-m", `sent ${sent}`]);
  };

  await writer.turnOn(server);
  await reader.turnOn(server);
  await run(["on", phone.number, "--server", server.origin, "--yes"]);
  await run(["verify", await server.codeFor(phone.number)]);
  for (let round = 0; round < rounds; round += 1) {
    await write();
    await write();
    // Somewhere in a whole command, which is slow while it is recorded.
    await run(["receive"], 800 + random.below(2_000));
    await run(["receive"]);
    await send();
    await server.stop();
    await send();
    await server.start();
  }
  await run(["receive"]);

  const texts = await Promise.all(records.map(({ file }) => readFile(file, "latin1")));
  const trace = readTraces(texts);
  let line = 0;
  const begins = texts.map((text) => {
    const begun = line;
    line += text.split("\n").filter((one) => one !== "").length;
    return begun;
  });
  const sentAt = (at: number) => records[begins.findLastIndex((begun) => begun <= at)]?.sent;
  return {
    trace,
    disk: diskCallsIn(trace, phone.folder),
    facts: factsIn(trace, sentAt),
    came,
  };
}

async function kill(stracePid: number | undefined): Promise<void> {
  const file = `/proc/${stracePid}/task/${stracePid}/children`;
  const children = await readFile(file, "utf8").catch(() => "");
  const pid = Number(children.trim().split(" ")[0]);
  if (pid > 0) process.kill(pid, "SIGKILL");
}

/** @param sentAt the text that the command sends that a line is of. */
function factsIn({ calls }: Trace, sentAt: (line: number) => string | undefined) {
  const facts: { line: number; fact: PhoneFact }[] = [];
  const readers = new Map<string, FrameReader>();
  for (const { name, args, returned, began, ended } of calls) {
    if (!/^(?:write|writev|sendto|sendmsg)$/.test(name)) continue;
    const descriptor = descriptorIn(args);
    if (!descriptor) continue;
    const bytes = bytesIn(args.slice(args.indexOf(">,")));
    if (descriptor.number === 1 && ended !== undefined) {
      for (const printed of bytes.toString().split("\n")) {
        const fact = printed.startsWith("{") && factPrinted(printed, sentAt(began));
        if (fact) facts.push({ line: ended, fact });
      }
    }
    if (!descriptor.is.startsWith("TCP:")) continue;
    const reader = readers.get(descriptor.is) ?? new FrameReader();
    readers.set(descriptor.is, reader);
    const sent = ended === undefined ? bytes : bytes.subarray(0, Math.max(0, returned));
    for (const frame of reader.read(sent)) {
      if (!reader.firstLine.startsWith("GET /inbox")) continue;
      const { body } = fromBinary(InboxRequestSchema, frame);
      if (body.case !== "acknowledge") continue;
      // It may be on its way as soon as the call began.
      const position = Number(body.value.position);
      facts.push({ line: began, fact: { kind: "acknowledged", position } });
    }
  }
  return facts.sort((one, other) => one.line - other.line);
}

function factPrinted(line: string, sent: string | undefined): PhoneFact | undefined {
  const said = JSON.parse(line) as { type?: string; text?: string; state?: string };
  if (said.type === "message") return { kind: "shown", text: said.text ?? "" };
  if (said.type !== undefined || sent === undefined) return undefined;
  return said.state === "sent" || said.state === "queued"
    ? { kind: "accepted", text: sent }
    : undefined;
}
