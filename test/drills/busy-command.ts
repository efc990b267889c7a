// `npm run drill:busy -- [--kills 200] [--ways 16] [--seed N]`: the long setting of the busy drill.
import { busyDrill } from "./busy.ts";
import { runDrill } from "./drill-command.ts";
import { DrilledService } from "./load/service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const leastPerSecond = 500;

await runDrill("busy", { kills: 200, ways: 16 }, async ({ context, settings, seed, progress }) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const { kills = 0, ways = 0 } = settings;
  const result = await busyDrill({ service, kills, ways, seed, progress });
  progress(`${result.perSecond} texts a second; at least ${leastPerSecond} are wanted`);
  if (result.perSecond < leastPerSecond) throw new Error("too few texts to show anything");
  return result;
});
