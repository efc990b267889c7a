// The messenger's commands: what is asked of the input and of the person first, then the profile: one that another
// program has is asked of that one, else it is opened, and let go when it is done.
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { EventsOptions, Profile } from "@assent/client";
import {
  AssentError,
  parseNumber,
  policy,
  policyFingerprint,
  readInvitation,
  textFromUtf8,
} from "@assent/protocol";
import { exitCodes, type Output, openOutput, type Terminal } from "./output.ts";
import { answerOthers, askOther, isFollowed } from "./profile-socket.ts";
import type { Request } from "./requests.ts";
import { firstTypedLine } from "./typed-lines.ts";

const smsRelayQuestion = `Texts that go by SMS are then sent by the service. It has no number and no word of them any more once they are handed over;
whoever carries SMS for it, and the carriers on the way, read all of it. Each SMS begins with your number and says that
answers go to it: they come to the phone that has it, not here. The service sends few a day. You can take this back at any
time.`;

/** How long a profile is waited for that another program has and does not share. */
const longestWaitMs = 10_000;
const pauseMs = 100;

export class Messenger {
  readonly #folder: string;
  readonly #asJson: boolean;
  readonly #terminal: Terminal;
  readonly #output: Output;
  readonly #timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  constructor(folder: string, asJson: boolean, terminal: Terminal) {
    this.#folder = folder;
    this.#asJson = asJson;
    this.#terminal = terminal;
    this.#output = openOutput(asJson, terminal);
  }

  async turnOn(
    number: string,
    {
      server,
      yes,
      invitation,
    }: { readonly server: string; readonly yes?: true; readonly invitation?: string },
  ) {
    // Nobody reads a policy, and says yes to it, to be told that they mistyped something.
    const { serverOriginOf } = await import("@assent/client");
    parseNumber(number);
    serverOriginOf(server);
    if (invitation && !readInvitation(invitation)) throw new AssentError("invitation_invalid");
    const { version, text } = policy;
    const fingerprint = policyFingerprint(policy);
    this.#output.result(
      { policy: { version, fingerprint, text } },
      `${text}\nPolicy ${version}, ${fingerprint}\nWhat the service says of who runs it is asked for after your yes, and shown then.\n`,
    );
    if (!yes && !(await this.#says("Turn on and verify my number? Type yes: "))) {
      throw new AssentError("consent_declined");
    }
    return this.do({ command: "turn-on", number, server, ...(invitation && { invitation }) });
  }

  /** @param code `-`, or nothing, reads it from standard input. */
  async verify(code = "-"): Promise<number> {
    if (code === "-") this.#output.say("The code from the SMS: ");
    const typed = code === "-" ? await firstTypedLine(this.#terminal.input) : code;
    return this.do({ command: "verify", code: (typed ?? "").trim() });
  }

  async turnOff({ yes }: { readonly yes?: true }): Promise<number> {
    this.#output.say(
      "Turning off deletes your number, keys and undelivered texts at the service. Your texts stay here.",
    );
    if (!yes && !(await this.#says("Turn off and delete? Type yes: "))) {
      throw new AssentError("off_declined");
    }
    return this.do({ command: "turn-off" });
  }

  async smsRelay(answer: "on" | "off" | "status", { yes }: { readonly yes?: true }) {
    if (answer !== "on")
      return this.do({ command: "sms-relay", ...(answer === "off" && { granted: false }) });
    this.#output.say(smsRelayQuestion);
    if (!yes && !(await this.#says("Have the service send your SMS? Type yes: "))) {
      throw new AssentError("change_declined");
    }
    return this.do({ command: "sms-relay", granted: true });
  }

  /** @param message `-` reads the text from standard input, as it is. */
  async send(message: string, request: Omit<Extract<Request, { command: "send" }>, "text">) {
    const text = message === "-" ? decodeText(await buffer(this.#terminal.input)) : message;
    return this.do({ ...request, text });
  }

  /** Done by whoever has the profile. */
  async do(request: Request): Promise<number> {
    const asking = { request, asJson: this.#asJson, timeZone: this.#timeZone };
    return this.#withProfile(
      async (profile) => {
        const { perform } = await import("./perform.ts");
        return perform(profile, asking, this.#terminal);
      },
      () => askOther(this.#folder, asking, this.#terminal),
    );
  }

  /** Shows what comes. While it follows, it does what other commands of this profile ask. */
  receive({ follow = false }: { readonly follow?: boolean }): Promise<number> {
    return this.#withProfile(
      (profile) => (follow ? this.#follow(profile) : this.#show(profile, { follow: false })),
      async () => {
        if (await isFollowed(this.#folder)) throw new AssentError("profile_in_use");
        return undefined;
      },
    );
  }

  async #show(profile: Profile, options: EventsOptions): Promise<number> {
    const { eventJson, eventSentence } = await import("./sentences.ts");
    for await (const event of profile.events(options)) {
      if (event.type === "connection") continue;
      this.#output.result(eventJson(event), () => eventSentence(event, this.#timeZone));
    }
    return exitCodes.done;
  }

  async #follow(profile: Profile): Promise<number> {
    const { perform } = await import("./perform.ts");
    const ending = new AbortController();
    const end = () => ending.abort();
    // For good: a signal that is given twice must not cut the closing short.
    process.on("SIGINT", end).on("SIGTERM", end);
    const answering = await answerOthers(this.#folder, (asking, streams) =>
      perform(profile, asking, streams),
    );
    try {
      return await this.#show(profile, { signal: ending.signal });
    } finally {
      await answering.close();
    }
  }

  /** Anything but yes is no; so is the end of input. */
  async #says(question: string): Promise<boolean> {
    this.#output.say(question);
    return (await firstTypedLine(this.#terminal.input))?.trim().toLowerCase() === "yes";
  }

  /**
   * @param elsewhere has it done by the program that has the profile; undefined where none listens.
   * @throws AssentError profile_in_use where it stays in use
   */
  async #withProfile(
    step: (profile: Profile) => Promise<number>,
    elsewhere: () => Promise<number | undefined> = async () => undefined,
  ): Promise<number> {
    for (const until = performance.now() + longestWaitMs; ; await delay(pauseMs)) {
      const done = await elsewhere();
      if (done !== undefined) return done;
      const profile = await this.#open(performance.now() < until);
      if (!profile) continue;
      try {
        return await step(profile);
      } finally {
        await profile.close();
      }
    }
  }

  /** Undefined where it is in use and is to be tried again. */
  async #open(again: boolean): Promise<Profile | undefined> {
    const { openNodeProfile } = await import("@assent/client/node");
    try {
      return await openNodeProfile(this.#folder, { waitMs: 0 });
    } catch (error) {
      const isInUse = error instanceof AssentError && error.code === "profile_in_use";
      if (isInUse && again) return undefined;
      throw error;
    }
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return textFromUtf8(bytes);
  } catch (cause) {
    throw new AssentError("text_unreadable", { cause });
  }
}
