// How a drill is run as a command: a seed that is printed, a line now and then, one line of result, exit 1 where it is not
// clean. What it started ends with it, also where it is interrupted.
import { parseArgs } from "node:util";
import type { Lifetime } from "../network.ts";
import { isClean, resultLine, type TallyResult } from "./tally.ts";

export interface DrillRun {
  readonly context: Lifetime;
  /** By the names of the settings. */
  readonly settings: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

/** What a drill ends with that does not count by texts shown. */
interface DrillEnd {
  readonly line: string;
  readonly isClean: boolean;
}

/** @param byDefault the settings that whole numbers can be given for, such as `--kills 200`. */
export async function runDrill(
  name: string,
  byDefault: Readonly<Record<string, number>>,
  drill: (run: DrillRun) => Promise<TallyResult | DrillEnd>,
): Promise<void> {
  const { settings, seed } = readSettings(name, byDefault);
  const ends: (() => unknown)[] = [];
  const end = async () => {
    for (const one of ends.splice(0).reverse()) await one();
  };
  const interrupted = () => {
    void end().finally(() => process.exit(1));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const started = performance.now();
  const progress = (line: string) => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(0).padStart(5);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
  const given = Object.entries(settings).map(([setting, value]) => `--${setting} ${value}`);
  progress([`drill ${name}`, ...given, `--seed ${seed}`].join(" "));
  try {
    const context: Lifetime = { after: (one) => ends.push(one) };
    const result = await drill({ context, settings, seed, progress });
    const end = "line" in result ? result : { line: resultLine(result), isClean: isClean(result) };
    process.stdout.write(`${end.line}\n`);
    process.exitCode = end.isClean ? 0 : 1;
  } finally {
    await end();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

function readSettings(name: string, byDefault: Readonly<Record<string, number>>) {
  const options = Object.fromEntries(
    [...Object.keys(byDefault), "seed"].map((option) => [option, { type: "string" as const }]),
  );
  try {
    const { values } = parseArgs({ options });
    const read = (option: string, otherwise: number) => {
      const text = values[option];
      if (text === undefined) return otherwise;
      if (!/^\d{1,9}$/.test(String(text))) throw new Error(`--${option} is a whole number`);
      return Number(text);
    };
    const settings = Object.fromEntries(
      Object.entries(byDefault).map(([option, value]) => [option, read(option, value)]),
    );
    return { settings, seed: read("seed", Math.floor(Math.random() * 1_000_000_000)) };
  } catch (error) {
    process.stderr.write(`drill ${name}: ${(error as Error).message}\n`);
    return process.exit(2);
  }
}
