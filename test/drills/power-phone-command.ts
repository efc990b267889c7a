// `npm run drill:power-phone -- [--cuts 1000] [--rounds 4] [--seed N]`: the long setting of the power drill of a phone.
import { runDrill } from "./drill-command.ts";
import { cutPhone, recordPhoneStory } from "./power-phone.ts";

await runDrill("power-phone", { cuts: 1_000, rounds: 4 }, async (run) => {
  const { context, settings, seed, progress } = run;
  const { cuts = 0, rounds = 0 } = settings;
  const story = await recordPhoneStory({ context, rounds, seed });
  return cutPhone(story, { cuts, seed, progress });
});
