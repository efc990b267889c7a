// Kills, at random moments, the server while texts are sent to somebody absent, the command that sends them, and
// the command that receives them. Whatever was accepted is shown, once, in order, or is honestly `queued`.
// As a command: `npm run drill:crash -- [--texts 200] [--seed 1]`.
import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { parseLines, type Received, type TestPhone, type TestServer } from "../network.ts";

export interface CrashDrillParts {
  readonly server: TestServer;
  readonly sender: TestPhone;
  readonly recipient: TestPhone;
  readonly texts: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface CrashDrillResult {
  readonly killed: { server: number; sender: number; recipient: number };
  /** Texts that a killed recipient was just showing, and that were shown again with that mark. */
  readonly markedAgain: number;
}

/** Numbers in [0, 1) that a seed decides (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function crashDrill(parts: CrashDrillParts): Promise<CrashDrillResult> {
  const { server, sender, recipient, texts, progress } = parts;
  const random = randomFrom(parts.seed);
  const killed = { server: 0, sender: 0, recipient: 0 };
  await sender.turnOn(server);
  await recipient.turnOn(server);

  const expected = Array.from({ length: texts }, (_, index) => `text ${index}`);
  for (const [index, text] of expected.entries()) {
    if (index % 20 === 0) progress(`sending ${index} of ${texts}`);
    const fate = random();
    // The length of a whole command, so that every moment of it is met.
    const moment = random() * 700;
    if (fate < 0.4) {
      await killDuring(sender, ["send", recipient.number, "-m", text], moment);
      killed.sender += 1;
    } else if (fate < 0.7) {
      const sent = sender.run(["send", recipient.number, "-m", text]);
      await delay(moment);
      await server.kill();
      await server.start();
      await sent;
      killed.server += 1;
    } else await sender.run(["send", recipient.number, "-m", text]);
    // Killed before it was stored, it was never accepted: its owner writes it again.
    const stored = await sender.ok<{ text: string }>(["history", recipient.number]);
    if (stored.at(-1)?.text !== text) await sender.ok(["send", recipient.number, "-m", text]);
  }
  await sender.receive();
  const states = await sender.ok<{ state: string }>(["history", recipient.number]);
  assert.deepEqual(
    states.filter(({ state }) => state === "queued"),
    [],
    "with a connection, nothing stays queued",
  );

  const shown: string[] = [];
  let markedAgain = 0;
  const note = (output: string) => {
    // A killed program may leave half a line; its text is shown again, with the mark.
    const whole = output.slice(0, output.lastIndexOf("\n") + 1);
    for (const line of parseLines<Received & { again?: boolean }>(whole)) {
      if (line.type !== "message") continue;
      if (line.again) markedAgain += 1;
      if (line.again && shown.includes(line.text)) continue;
      shown.push(line.text);
    }
  };
  for (let round = 0; round < Math.max(4, texts / 10); round += 1) {
    progress(`receiving, ${shown.length} of ${texts}`);
    note(await killDuring(recipient, ["receive"], 200 + random() * 800));
    killed.recipient += 1;
  }
  note((await recipient.run(["receive"])).stdout);
  assert.deepEqual(shown, expected);
  return { killed, markedAgain };
}

/** Starts a command and kills it at a moment, if it still runs; what it printed. */
async function killDuring(
  phone: TestPhone,
  args: readonly string[],
  moment: number,
): Promise<string> {
  const process = phone.start(args);
  let output = "";
  process.stdout.on("data", (part: Buffer) => {
    output += part.toString();
  });
  process.stdin.end();
  const closed = once(process, "close");
  await Promise.race([delay(moment), closed]);
  process.kill("SIGKILL");
  await closed;
  return output;
}
