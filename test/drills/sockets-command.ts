// `npm run drill:sockets -- [--strangers 10000] [--seconds 120] [--returns 10000] [--return-seconds 25]`: the long setting of the
// sockets drill, some three minutes, which also holds what the texts of others may be held up by, and what the service's heap
// may grow by. Phones come back as the service asks them to when it ends (`closeCodes.restarting`); with --return-seconds 0 all at once.
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
    "return-seconds": { type: "string", default: "25" },
  },
});
const calmSeconds = 20;
const mostTimesSlower = 2;
const mostGrownHeapMegabytes = 100;

const ends: (() => unknown)[] = [];
const context: Lifetime = { after: (one) => ends.push(one) };
try {
  const result = await socketsDrill({
    service: new DrilledService(context, `${await temporaryFolder(context)}/data`),
    strangers: Number(values.strangers),
    calmSeconds,
    seconds: Number(values.seconds),
    returns: Number(values.returns),
    returnSeconds: Number(values["return-seconds"]),
    pairs: 10,
    devices: 20,
    textsPerSecond: 200,
    progress: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const { calmP99Ms, pressedP99Ms, returningP99Ms, grownHeapMegabytes } = result;
  const slowest = Math.max(pressedP99Ms, returningP99Ms);
  const isQuick = slowest <= mostTimesSlower * calmP99Ms;
  const isWell = isQuick && grownHeapMegabytes <= mostGrownHeapMegabytes;
  process.exitCode = isWell ? 0 : 1;
} finally {
  for (const end of ends.reverse()) await end();
}
