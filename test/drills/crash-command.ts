// `npm run drill:crash -- [--kills 200] [--seed N]`: the long setting of the crash drill.
import { newProcessPhones, TestServer } from "../network.ts";
import { crashDrill } from "./crash.ts";
import { runDrill } from "./drill-command.ts";

const numbers = ["+4915123456789", "+33612345678", "+447400123456", "+34612345678"] as const;

await runDrill("crash", { kills: 200 }, async ({ context, settings, seed, progress }) => {
  const server = await TestServer.start(context);
  const phones = await newProcessPhones(context, ...numbers);
  const { kills = 0 } = settings;
  const result = await crashDrill({ server, phones, kills, seed, progress });
  const { killed, markedAgain, saidOtherwise } = result;
  progress(JSON.stringify({ killed, markedAgain, saidOtherwise }));
  return { ...result, lost: result.lost + saidOtherwise };
});
