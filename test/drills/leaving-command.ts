// `npm run drill:leaving -- [--interleavings 5000] [--seed N]`: the long setting of the leaving drill.
import { runDrill } from "./drill-command.ts";
import { leavingDrill } from "./leaving.ts";
import { openedStores } from "./opened-stores.ts";

await runDrill("leaving", { interleavings: 5_000 }, async (run) => {
  const { context, settings, seed, progress } = run;
  const { interleavings = 0 } = settings;
  const opened = await openedStores(context);
  const result = await leavingDrill({ ...opened, interleavings, seed, progress });
  const { goneMeanwhile, piecesBefore, piecesAfter } = result;
  progress(JSON.stringify({ goneMeanwhile, piecesBefore, piecesAfter }));
  return result;
});
