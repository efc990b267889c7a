// `npm run drill:signals -- [--cuts 120] [--seed N]`: what an operator does, cut off by signals.
import { runDrill } from "./drill-command.ts";
import { Seeded } from "./seeded.ts";
import { interruptingSignals } from "./signals/interrupted.ts";
import { type Cut, signalsDrill, type WorkName, works } from "./signals.ts";

await runDrill("signals", { cuts: 120 }, async ({ context, settings, seed, progress }) => {
  const { cuts: count = 0 } = settings;
  const random = new Seeded(seed);
  const names = Object.keys(works) as WorkName[];
  // How much there is to cut: each work to its end, once.
  const whole = names.map((work): Cut => ({ work, signal: "SIGTERM", afterChanges: Infinity }));
  const undisturbed = await signalsDrill({ context, cuts: whole, progress });
  const cuts = Array.from({ length: count }, (_, index): Cut => {
    const which = index % names.length;
    const afterChanges = 1 + random.below(undisturbed.changes[which] ?? 1);
    return {
      work: names[which] as WorkName,
      signal: random.oneOf(interruptingSignals),
      afterChanges,
    };
  });
  const { faults } = await signalsDrill({ context, cuts, progress });
  const all = [...undisturbed.faults, ...faults];
  for (const fault of all) progress(fault);
  return { line: `${count} cuts, ${all.length} faults`, isClean: all.length === 0 };
});
