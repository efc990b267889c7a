// The phone, in a worker of the page: opens the profile that this browser keeps, and answers. Nothing leaves by that.
import { AssentError, formatNumber, loadMls, openDomProfile } from "@assent/client/dom";

export interface Question {
  readonly number: string;
}

export interface Answer {
  readonly text: string;
}

const profile = await openDomProfile("example", { encryption: await loadMls() });
const { phase } = await profile.account.status();
answer(`Private messages are ${phase}.`);

addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  try {
    const number = await profile.contacts.readNumber(data.number);
    answer(`${formatNumber(number)} can be turned on.`);
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    answer(error.message);
  }
});

function answer(text: string): void {
  postMessage({ text } satisfies Answer);
}
