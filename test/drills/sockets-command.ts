// `npm run drill:sockets -- [--strangers 10000] [--seconds 120] [--returns 10000]`: the long setting of the sockets drill, which
// also holds what the texts of others may be held up by, and what the service may grow by.
import { parseArgs } from "node:util";
import type { Lifetime } from "../network.ts";
import { DrilledService } from "./load/service.ts";
import { socketsDrill } from "./sockets.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const { values } = parseArgs({
  options: {
    strangers: { type: "string", default: "10000" },
    seconds: { type: "string", default: "120" },
    returns: { type: "string", default: "10000" },
  },
});
const mostTimesSlower = 2;
const mostGrownMegabytes = 100;

const ends: (() => unknown)[] = [];
const context: Lifetime = { after: (one) => ends.push(one) };
try {
  const result = await socketsDrill({
    service: new DrilledService(context, `${await temporaryFolder(context)}/data`),
    strangers: Number(values.strangers),
    seconds: Number(values.seconds),
    returns: Number(values.returns),
    pairs: 10,
    devices: 20,
    textsPerSecond: 200,
    progress: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const { calmP99Ms, pressedP99Ms, returningP99Ms, grownMegabytes } = result;
  const slowest = Math.max(pressedP99Ms, returningP99Ms);
  const isWell = slowest <= mostTimesSlower * calmP99Ms && grownMegabytes <= mostGrownMegabytes;
  process.exitCode = isWell ? 0 : 1;
} finally {
  for (const end of ends.reverse()) await end();
}
