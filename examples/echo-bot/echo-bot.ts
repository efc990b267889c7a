// A phone that answers every text with the same text. It is turned on once by hand; see README.md.
import { AssentError, openNodeProfile, type PhoneNumber, type Profile } from "@assent/client/node";

const [folder = "./bot"] = process.argv.slice(2);
const ending = new AbortController();
process.once("SIGINT", () => ending.abort()).once("SIGTERM", () => ending.abort());

const profile = await openNodeProfile(folder);
try {
  const { phase, number } = await profile.account.status();
  if (phase !== "on") throw new Error(`Private messages are ${phase} in ${folder}: turn them on.`);
  console.log(`Echoing what comes to ${number}.`);
  for await (const event of profile.events({ signal: ending.signal })) {
    if (event.type === "connection") console.log(event.connected ? "Connected." : "Waiting.");
    if (event.type === "message" && !event.text.outgoing) {
      await echo(profile, event.text.number, event.text.text);
    }
  }
} finally {
  await profile.close();
}

/** A text that was taken goes out, now or with the next connection; what is refused is said and let be. */
async function echo({ texts }: Profile, to: PhoneNumber, text: string): Promise<void> {
  try {
    await texts.send(to, text);
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    console.error(`Not answered: ${error.message} [${error.code}]`);
  }
}
