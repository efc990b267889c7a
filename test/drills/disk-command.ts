// `npm run drill:disk -- [--most 12] [--seed N]`: the long setting of the drill of failing calls.
import { runDrill } from "./drill-command.ts";
import { type Failure, failingCallsDrill } from "./failing-calls.ts";

await runDrill("disk", { most: 12 }, async ({ context, settings, progress }) => {
  const { most = 0 } = settings;
  const failures: Failure[] = [];
  for (let at = 1; at <= most; at += 1)
    for (const call of ["pwrite64", "fsync", "fdatasync"] as const)
      for (const forEver of [false, true]) failures.push({ call, at, forEver });
  const result = await failingCallsDrill({ context, failures, progress });
  progress(`${result.ended} services ended by themselves, ${result.notMet} met no failure`);
  return result;
});
