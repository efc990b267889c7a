// A phone that answers every text with the same text. It is turned on once by hand; see README.md.
import { openNodeProfile } from "@assent/client/node";
import { echoAll } from "./echo.ts";

const [folder = "./bot"] = process.argv.slice(2);
const ending = new AbortController();
process.once("SIGINT", () => ending.abort()).once("SIGTERM", () => ending.abort());

const profile = await openNodeProfile(folder);
try {
  const { phase, number } = await profile.account.status();
  if (phase !== "on") throw new Error(`Private messages are ${phase} in ${folder}: turn them on.`);
  console.log(`Echoing what comes to ${number}.`);
  await echoAll(profile, ending.signal);
} finally {
  await profile.close();
}
