// Four phones text each other, all pairs in both directions, each command a process of its own, while they and the service
// are killed at random moments. Whatever a phone accepted is shown to the other once, in order.
import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { parseLines, type Received, type TestPhone, type TestServer } from "../network.ts";
import { Seeded } from "./seeded.ts";
import { Tally, type TallyResult } from "./tally.ts";

export interface CrashDrill {
  readonly server: TestServer;
  readonly phones: readonly TestPhone[];
  /** Of the service and of phones' commands, together. */
  readonly kills: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface CrashDrillResult extends TallyResult {
  readonly killed: { readonly server: number; readonly phones: number };
  /** Texts that a killed phone was just showing, and that came again with that mark. */
  readonly markedAgain: number;
  /** Said not to have been delivered, though they were shown. */
  readonly saidOtherwise: number;
}

/** Whoever is killed while a service is away can do nothing but say so. */
const mayBeSaid = ["unreachable", "unavailable", "busy"];
const shareOfServer = 0.25;
const shareOfKilledCommands = 0.4;
/** A whole command, so that every moment of it is met. */
const longestCommandMs = 1_500;

export async function crashDrill(drill: CrashDrill): Promise<CrashDrillResult> {
  const { server, phones, kills, seed, progress } = drill;
  for (const phone of phones) await phone.turnOn(server);
  const texts = new PhoneTexts(phones);
  const killed = { server: 0, phones: 0 };
  const most = { server: Math.ceil(kills * shareOfServer), phones: 0 };
  most.phones = kills - most.server;
  const goesOn = () => killed.server < most.server || killed.phones < most.phones;

  async function killServer(random: Seeded): Promise<void> {
    while (killed.server < most.server) {
      await delay(random.below(4 * longestCommandMs));
      await server.kill();
      killed.server += 1;
      await server.start();
      progress(`killed: service ${killed.server}, phones ${killed.phones}; ${texts.described()}`);
    }
  }

  async function live(phone: TestPhone, random: Seeded): Promise<void> {
    const others = phones.filter((other) => other !== phone);
    const momentToKill = () => {
      if (killed.phones >= most.phones || !random.chance(shareOfKilledCommands)) return undefined;
      killed.phones += 1;
      return random.below(longestCommandMs);
    };
    while (goesOn()) {
      if (random.chance(0.5)) await texts.send(phone, random.oneOf(others), momentToKill());
      else await texts.receive(phone, momentToKill());
    }
  }

  await Promise.all([
    killServer(new Seeded(seed)),
    ...phones.map((phone, index) => live(phone, new Seeded(seed + 1 + index))),
  ]);
  await texts.calmDown(progress);
  const { markedAgain } = texts;
  return { ...texts.result(), killed, markedAgain, saidOtherwise: await texts.saidOtherwise() };
}

/** What the phones wrote and showed. */
export class PhoneTexts {
  readonly #phones: readonly TestPhone[];
  readonly #tally = new Tally();
  readonly #written = new Map<string, number>();
  #shown = 0;
  markedAgain = 0;

  constructor(phones: readonly TestPhone[]) {
    this.#phones = phones;
  }

  described(): string {
    const { texts, twice, reordered } = this.#tally.result();
    return `${texts} texts accepted, ${this.#shown} shown, ${twice} twice, ${reordered} reordered`;
  }

  result(): TallyResult {
    return this.#tally.result();
  }

  /** @param killAfterMs where its command is to be killed. */
  async send(from: TestPhone, to: TestPhone, killAfterMs?: number): Promise<void> {
    const way = wayOf(from.number, to.number);
    const text = this.#written.get(way) ?? 0;
    this.#written.set(way, text + 1);
    this.#tally.sent(way, text);
    const words = `${way}: ${text}`;
    for (let tries = 0; ; tries += 1) {
      const killAt = tries === 0 ? killAfterMs : undefined;
      const { wasKilled } = await runCommand(from, ["send", to.number, "-m", words], killAt);
      if (!wasKilled) break;
      // Killed before it was stored, it was never accepted: its owner writes it again.
      const stored = await from.ok<{ text: string; direction: string }>(["history", to.number]);
      if (stored.some((line) => line.direction === "out" && line.text === words)) break;
    }
    this.#tally.accepted(way, text);
  }

  async receive(phone: TestPhone, killAfterMs?: number): Promise<void> {
    const { output } = await runCommand(phone, ["receive"], killAfterMs);
    // A killed program may leave half a line; its text is shown again, with the mark.
    const whole = output.slice(0, output.lastIndexOf("\n") + 1);
    for (const line of parseLines<Received & { again?: boolean }>(whole)) {
      if (line.type !== "message") continue;
      const [, way = "", text = ""] = /^(.*): (\d+)$/.exec(line.text) ?? [];
      assert.equal(way, wayOf(line.from, phone.number), "a text is shown as its sender's");
      if (line.again) {
        this.markedAgain += 1;
        if (this.#tally.wasShown(way, Number(text))) continue;
      }
      this.#tally.shown(way, Number(text));
      this.#shown += 1;
    }
  }

  /** Nobody is killed any more: what is on its way arrives. */
  async calmDown(progress: (line: string) => void): Promise<void> {
    for (let round = 0, before = -1; round < 10 && before !== this.#shown; round += 1) {
      before = this.#shown;
      // Twice: what the first leaves to the others may be for one who was asked before.
      for (const phone of [...this.#phones, ...this.#phones]) await this.receive(phone);
      progress(`calm: ${this.described()}`);
    }
  }

  async saidOtherwise(): Promise<number> {
    let said = 0;
    for (const from of this.#phones) {
      for (const to of this.#phones) {
        if (from === to) continue;
        const lines = await from.ok<{ direction: string; state: string }>(["history", to.number]);
        said += lines.filter(
          ({ direction, state }) =>
            direction === "out" && !["sent", "delivered", "read"].includes(state),
        ).length;
      }
    }
    return said;
  }
}

function wayOf(from: string, to: string): string {
  return `${from} to ${to}`;
}

/** Runs a command to its end or, after a while, kills it. What it says may only be that nobody answers. */
async function runCommand(
  phone: TestPhone,
  args: readonly string[],
  killAfterMs: number | undefined,
): Promise<{ output: string; wasKilled: boolean }> {
  const command = phone.start(args);
  let output = "";
  let errors = "";
  command.stdout.on("data", (part: Buffer) => {
    output += part.toString();
  });
  command.stderr.on("data", (part: Buffer) => {
    errors += part.toString();
  });
  command.stdin.end();
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => command.kill("SIGKILL"), killAfterMs);
  const [exitCode, signal] = (await once(command, "close")) as [number | null, string | null];
  clearTimeout(timer);
  if (signal !== null) return { output, wasKilled: true };
  if (exitCode !== 0) {
    const { error } = JSON.parse(errors) as { error: { code: string } };
    assert.ok(mayBeSaid.includes(error.code), `${args[0]}: ${error.code}`);
    assert.equal(args[0], "receive", "a text is accepted, or its command was killed");
  }
  return { output, wasKilled: false };
}
