// `npm run drill:full-disk -- [--texts 500] [--rounds 20] [--files 700]
// [--seed N]`: a small disk that is full for a while, and few open files.
import { runDrill } from "./drill-command.ts";
import { fewFilesDrill, fullDiskDrill } from "./full-disk.ts";

await runDrill(
  "full-disk",
  { texts: 500, rounds: 20, files: 700 },
  async ({ context, settings, progress }) => {
    const { texts = 0, rounds = 0, files = 0 } = settings;
    const full = await fullDiskDrill({ context, texts, rounds, progress });
    const few = await fewFilesDrill({ context, texts, files, progress });
    return {
      texts: full.texts + few.texts,
      lost: full.lost + few.lost,
      twice: full.twice + few.twice,
      reordered: full.reordered + few.reordered,
      madeUp: full.madeUp + few.madeUp,
    };
  },
);
