// `npm run drill:abuse -- [--short 1]`: every way of abusing a service that its threat model names, with what came of it.
import { abuseDrill } from "./abuse.ts";
import { runDrill } from "./drill-command.ts";

await runDrill("abuse", { short: 0 }, async ({ context, settings, progress }) => {
  const broken = await abuseDrill({
    context,
    isShort: settings.short !== 0,
    progress: (line) => progress(`${line}\n`),
  });
  const isClean = broken.length === 0;
  return { line: isClean ? "all hold" : `${broken.length} do not hold`, isClean };
});
