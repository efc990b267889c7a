// `npm run drill:power -- [--cuts 1000] [--texts 20] [--seed N]`: the long setting of the power drill.
import { runDrill } from "./drill-command.ts";
import { cutPower, recordStory } from "./power.ts";

const restMs = 12_000;

await runDrill("power", { cuts: 1_000, texts: 20 }, async (run) => {
  const { context, settings, seed, progress } = run;
  const { cuts = 0, texts = 0 } = settings;
  const story = await recordStory({ context, texts, restMs, seed });
  return cutPower(story, { cuts, seed, progress });
});
