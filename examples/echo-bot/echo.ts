// What the bot does with what comes, whatever its profile runs on.
import { AssentError, type PhoneNumber, type Profile } from "@assent/client";

/** Answers each text with the same text, until the signal is aborted. */
export async function echoAll(profile: Profile, signal: AbortSignal): Promise<void> {
  for await (const event of profile.events({ signal })) {
    if (event.type === "connection") console.log(event.connected ? "Connected." : "Waiting.");
    if (event.type === "message" && !event.text.outgoing) {
      await echo(profile, event.text.number, event.text.text);
    }
  }
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
