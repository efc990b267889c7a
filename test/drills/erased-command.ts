// `npm run drill:erased -- [--texts 10000] [--seed N]`: the long setting of the drill of what delivered texts leave behind.
import { runDrill } from "./drill-command.ts";
import { erasedDrill } from "./erased.ts";
import { DrilledService } from "./load/service.ts";
import { temporaryFolder } from "./temporary-folder.ts";

await runDrill("erased", { texts: 10_000 }, async ({ context, settings, progress }) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const { texts = 0 } = settings;
  const result = await erasedDrill({ service, texts, progress });
  if (result.piecesWaiting < result.texts) throw new Error("what waits was not found");
  return result;
});
