// `npm run drill:revoke -- [--rounds 40] [--seed N]`: the long setting of the drill of taking back.
import { runDrill } from "./drill-command.ts";
import { DrilledService } from "./load/service.ts";
import { isCleanRevoking, revokingDrill, revokingLine } from "./revoking.ts";
import { temporaryFolder } from "./temporary-folder.ts";

await runDrill("revoke", { rounds: 40 }, async ({ context, settings, seed, progress }) => {
  const service = new DrilledService(context, `${await temporaryFolder(context)}/data`);
  const result = await revokingDrill({ service, rounds: settings.rounds ?? 0, seed, progress });
  return { line: revokingLine(result), isClean: isCleanRevoking(result) };
});
