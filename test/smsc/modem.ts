// A modem that is pretended, for tests: answers the commands that smsd gives one (3GPP TS 27.005 in PDU mode, TS 27.007),
// keeps what it is to send (TS 23.040, SMS-SUBMIT), and has status reports and texts of people in its memory. Its serial
// line is a pseudo terminal.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { textOfSeptets } from "@assent/protocol";
import { swappedDigits, unpackedSeptets } from "./telephone.ts";

export interface Modem {
  /** The line's name, such as /dev/pts/3. */
  readonly line: string;
  /** What it was given to send. */
  readonly sent: readonly { readonly to: string; readonly text: string }[];
  /** What the network says of the SMS that it sent at this place. */
  report(index: number, status: number): void;
  /** What somebody wrote. */
  receive(from: string, text: string): void;
  /** From now on it sends nothing. */
  refuses: boolean;
  close(): Promise<void>;
}

/** @param folder where the program for the line is made. */
export async function startModem(folder: string): Promise<Modem> {
  const program = join(folder, "pretended-tty");
  const source = fileURLToPath(new URL("pretended-tty.c", import.meta.url));
  const [exitCode] = await once(spawn("gcc", ["-O1", "-o", program, source]), "exit");
  if (exitCode !== 0) throw new Error("gcc could not make the program for the line");
  const terminal = spawn(program, { stdio: ["pipe", "pipe", "ignore"] });
  const [name] = (await once(terminal.stdout, "data")) as [Buffer];

  const sent: { to: string; text: string }[] = [];
  const memory = new Map<number, string>();
  const say = (...lines: readonly string[]) =>
    terminal.stdin.write(`\r\n${lines.join("\r\n")}\r\n`);

  function answer(command: string): void {
    const read = /^AT\+CMGR=(\d+)/.exec(command)?.[1];
    const erase = /^AT\+CMGD=(\d+)/.exec(command)?.[1];
    const stored = read === undefined ? undefined : memory.get(Number(read));
    if (command.startsWith("AT+CMGS=")) terminal.stdin.write("\r\n> ");
    else if (command === "AT+CREG?") say("+CREG: 0,1", "", "OK");
    else if (command === "AT+CPIN?") say("+CPIN: READY", "", "OK");
    else if (command === "AT+CSQ") say("+CSQ: 20,0", "", "OK");
    else if (command === "AT+CPMS?") {
      const one = `"SM",${memory.size},20`;
      say(`+CPMS: ${one},${one},${one}`, "", "OK");
    } else if (read !== undefined && stored === undefined) say("+CMS ERROR: 321");
    else if (stored !== undefined) say(`+CMGR: 0,,${stored.length / 2 - 1}`, stored, "", "OK");
    else {
      if (erase !== undefined) memory.delete(Number(erase));
      say("OK");
    }
  }

  function submit(pdu: Buffer): void {
    if (modem.refuses) return void say("+CMS ERROR: 500");
    sent.push(readSubmission(pdu));
    say(`+CMGS: ${sent.length}`, "", "OK");
  }

  function keep(pdu: Buffer): void {
    let place = 1;
    while (memory.has(place)) place += 1;
    // The address of the service centre is left out: of no octets.
    memory.set(place, `00${pdu.toString("hex").toUpperCase()}`);
  }

  let kept = "";
  terminal.stdout.on("data", (octets: Buffer) => {
    kept += octets.toString("latin1");
    const endOfLine = () => [...kept].findIndex((octet) => "\r\n\u001a".includes(octet));
    for (let end = endOfLine(); end >= 0; end = endOfLine()) {
      const line = kept.slice(0, end);
      const isPdu = kept[end] === "\x1a";
      kept = kept.slice(end + 1);
      if (isPdu) submit(Buffer.from(line, "hex"));
      else if (line !== "") answer(line);
    }
  });

  const modem: Modem = {
    line: name.toString().trim(),
    sent,
    refuses: false,
    report(index, status) {
      const { to } = sent[index] ?? { to: "" };
      // SMS-STATUS-REPORT (TS 23.040 §9.2.2.3): which SMS, to whom, when it was sent and when it ended, how.
      keep(
        Buffer.concat([
          Buffer.of(6, index + 1),
          address(to),
          someTime,
          someTime,
          Buffer.of(status),
        ]),
      );
    },
    receive(from, text) {
      // SMS-DELIVER (§9.2.2.1), in UCS-2.
      const content = Buffer.from(text, "utf16le").swap16();
      keep(
        Buffer.concat([
          Buffer.of(4),
          address(from),
          Buffer.of(0, 8),
          someTime,
          Buffer.of(content.length),
          content,
        ]),
      );
    },
    close: () => ended(terminal),
  };
  return modem;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** The time of a network, UTC (§9.2.3.11). */
const someTime = Buffer.from("62111122000000", "hex");

/** Digits, international, then the number (§9.1.2.5). */
function address(number: string): Buffer {
  const digits = number.replace(/^\+/, "");
  return Buffer.concat([Buffer.of(digits.length, 0x91), swappedDigits(digits)]);
}

/** SMS-SUBMIT (§9.2.2.2), behind the service centre's address. */
function readSubmission(pdu: Buffer): { to: string; text: string } {
  const message = pdu.subarray(1 + (pdu[0] as number));
  const flags = message[0] as number;
  const digits = message[2] as number;
  const octets = message.subarray(4, 4 + Math.ceil(digits / 2));
  const to = [...octets.toString("hex")]
    .map((_, at, all) => all[at ^ 1])
    .join("")
    .slice(0, digits);
  let at = 4 + octets.length + 1;
  const dataCoding = message[at] as number;
  at += 1 + ((flags & 0x18) === 0x10 ? 1 : 0);
  const length = message[at] as number;
  const content = message.subarray(at + 1);
  const isUcs2 = (dataCoding & 0x0c) === 8;
  return {
    to: `+${to}`,
    text: isUcs2
      ? Buffer.from(content.subarray(0, length)).swap16().toString("utf16le")
      : textOfSeptets(unpackedSeptets(content, length)),
  };
}
