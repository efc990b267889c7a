// `npm run bench:against -- REVISION`: the relay and idle benches of this tree and of another revision by turns, each
// with its own server and its own phones, so that a busy machine is busy for both. Medians, and their ratios.
// The backlog (--only backlog) is of programs that every revision has.
// With --rounds N, with --only NAME one bench, with --quick small counts, to see that it works.
import { parseArgs } from "node:util";
import { OtherRevision } from "./other-revision.ts";
import { type Figure, median } from "./scale.ts";
import { thisTree } from "./server-process.ts";
import { outputOf } from "./steps.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    quick: { type: "boolean" },
  },
});
const [revision] = positionals;
if (revision === undefined || positionals.length > 1) {
  console.error("Which revision? npm run bench:against -- REVISION");
  process.exit(2);
}

/** All values of one figure, round by round. */
interface Compared {
  readonly unit: string;
  readonly there: number[];
  readonly here: number[];
}

const benches = values.only === undefined ? ["relay", "idle"] : [values.only];
const compared = new Map<string, Compared>();
const other = await OtherRevision.checkOut(revision);
try {
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const name of benches) {
      for (const side of ["there", "here"] as const) {
        process.stderr.write(`round ${round}: ${name} ${side}\n`);
        await measure(name, side);
      }
    }
  }
} finally {
  await other.remove();
}

console.log(`${"".padEnd(58)} ${revision.slice(0, 10).padStart(10)} ${"here".padStart(10)}  ratio`);
for (const [name, { unit, there, here }] of compared) {
  const [before, now] = [median(there), median(here)];
  const columns = [before, now].map((value) => value.toPrecision(4).padStart(10)).join(" ");
  console.log(`${name.padEnd(58)} ${columns}  ${(now / before).toFixed(3)} (${unit})`);
}

async function measure(name: string, side: "there" | "here"): Promise<void> {
  const args = ["bench/run.ts", "--json", "--only", name, ...(values.quick ? ["--quick"] : [])];
  const folder = side === "there" ? other.folder : thisTree;
  // Of a tree's programs alone, which any revision has: measured by the bench of this one.
  const printed =
    name === "backlog"
      ? await outputOf(process.execPath, [...args, "--tree", folder], thisTree)
      : await outputOf(process.execPath, args, folder);
  const { figures } = JSON.parse(printed) as { figures: Figure[] };
  for (const { name: figure, unit, value } of figures) {
    const values = compared.get(figure) ?? { unit, there: [], here: [] };
    compared.set(figure, values);
    values[side].push(value);
  }
}
