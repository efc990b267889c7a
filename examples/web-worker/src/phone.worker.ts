// The phone, in a worker of the page: opens the profile that this browser keeps, and answers. Nothing leaves by that.
import { AssentError, formatNumber, loadMls, openDomProfile } from "@assent/client/dom";

export interface Question {
  readonly number: string;
}

export interface Answer {
  readonly text: string;
}

const opening = loadMls().then((encryption) => openDomProfile("example", { encryption }));

// Listened for before anything is waited for: what the page asks meanwhile would be lost.
addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  try {
    const profile = await opening;
    const number = await profile.contacts.readNumber(data.number);
    answer(`${formatNumber(number)} can be turned on.`);
  } catch (error) {
    if (!(error instanceof AssentError)) throw error;
    answer(error.message);
  }
});

const { phase } = await (await opening).account.status();
answer(`Private messages are ${phase}.`);

function answer(text: string): void {
  postMessage({ text } satisfies Answer);
}
