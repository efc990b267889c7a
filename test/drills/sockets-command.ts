// `npm run drill:sockets -- [--strangers 10000] [--seconds 120] [--returns 10000] [--return-seconds 25]`: the long setting of the
// sockets drill, some three minutes, which also holds what the texts of others may be held up by, and what the service's heap
// may grow by. Phones come back as the service asks them to when it ends (`closeCodes.restarting`); with --return-seconds 0 all at once.
import { runDrill } from "./drill-command.ts";
import { DrilledService } from "./load/service.ts";
import { socketsDrill } from "./sockets.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const byDefault = { strangers: 10_000, seconds: 120, returns: 10_000, "return-seconds": 25 };
const calmSeconds = 20;
const mostTimesSlower = 2;
const mostGrownHeapMegabytes = 100;

await runDrill("sockets", byDefault, async ({ context, settings, progress }) => {
  const { strangers = 0, seconds = 0, returns = 0, "return-seconds": returnSeconds = 0 } = settings;
  const result = await socketsDrill({
    service: new DrilledService(context, `${await temporaryFolder(context)}/data`),
    ...{ strangers, calmSeconds, seconds, returns, returnSeconds, progress },
    ...{ pairs: 10, devices: 20, textsPerSecond: 200 },
  });
  const { calmP99Ms, pressedP99Ms, returningP99Ms, grownHeapMegabytes } = result;
  const slowest = Math.max(pressedP99Ms, returningP99Ms);
  const isQuick = slowest <= mostTimesSlower * calmP99Ms;
  return {
    line: JSON.stringify(result),
    isClean: isQuick && grownHeapMegabytes <= mostGrownHeapMegabytes,
  };
});
