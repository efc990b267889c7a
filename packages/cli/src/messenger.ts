// The messenger's commands: each opens the profile, does one thing, says what came of it, and lets go.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { buffer } from "node:stream/consumers";
import type {
  AccountEnded,
  LedgerLine,
  Left,
  Profile,
  ProfileStatus,
  RouteWish,
  ShownEvent,
  ShownText,
} from "@assent/client";
import { ledgerJson, openNodeProfile, receiptJson } from "@assent/client/node";
import {
  AssentError,
  formatNumber,
  parseNumber,
  policy,
  policyFingerprint,
  textFromUtf8,
} from "@assent/protocol";
import { type Output, openOutput } from "./output.ts";

export interface SendCommandOptions {
  readonly message: string;
  readonly route: RouteWish;
  readonly acceptNewKey?: boolean;
}

export class Messenger {
  readonly #directory: string;
  readonly #output: Output;

  constructor(directory: string, asJson: boolean) {
    this.#directory = directory;
    this.#output = openOutput(asJson);
  }

  async on(
    written: string,
    { server, yes }: { readonly server: string; readonly yes?: boolean },
  ): Promise<void> {
    const number = parseNumber(written);
    this.#output.result(
      {
        policy: {
          version: policy.version,
          fingerprint: policyFingerprint(policy),
          text: policy.text,
        },
      },
      `${policy.text}\nPolicy ${policy.version}, ${policyFingerprint(policy)}\n`,
    );
    if (!yes && !(await this.#ask("Turn on and verify my number? Type yes: "))) {
      throw new AssentError("consent_declined");
    }
    await this.#withProfile(async (profile) => {
      const turned = await profile.account.turnOn(number, server, ["service"]);
      if (turned.kind === "consent-renewed") {
        this.#output.result({ state: "on", number }, "Private messages are on again.");
        return;
      }
      const { codeExpiresInSeconds, resendAfterSeconds } = turned;
      this.#output.result(
        { state: "code-sent", codeExpiresInSeconds, resendAfterSeconds },
        `A code is on its way to ${formatNumber(number)} by SMS. Type it with: verify CODE`,
      );
    });
  }

  verify(code: string): Promise<void> {
    return this.#withProfile(async (profile) => {
      await profile.account.verify(code.trim());
      const { number } = await profile.account.status();
      this.#output.result({ state: "on", number }, "Private messages are on.");
    });
  }

  status(): Promise<void> {
    return this.#withProfile(async (profile) => {
      const status = await profile.account.status();
      const lines = [
        `Private messages: ${status.phase}`,
        ...(status.number ? [`Number: ${formatNumber(status.number)}`] : []),
        ...(status.server ? [`Service: ${status.server}`] : []),
        ...(status.ending ? [endingSentence(status.ending)] : []),
        ...(status.setBack ? [setBackSentence(status.setBack)] : []),
        ...(status.policyChanged ? ["The policy changed: turn on again to answer."] : []),
        ...(status.queued > 0 ? [`Texts waiting for a connection: ${status.queued}`] : []),
      ];
      this.#output.result(status, lines.join("\n"));
    });
  }

  ledger(): Promise<void> {
    return this.#withProfile(async (profile) => {
      for (const line of await profile.ledger.lines()) {
        this.#output.result(ledgerJson(line), ledgerSentence(line));
      }
    });
  }

  async off({ yes }: { readonly yes?: boolean }): Promise<void> {
    this.#output.say(
      "Turning off deletes your number, keys and undelivered texts at the service. Your texts stay here.",
    );
    if (!yes && !(await this.#ask("Turn off and delete? Type yes: "))) {
      throw new AssentError("off_declined");
    }
    await this.#withProfile(async (profile) => this.#showLeft(await profile.account.turnOff()));
  }

  async importContacts(file: string): Promise<void> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (cause) {
      throw new AssentError("contacts_unreadable", { cause });
    }
    await this.#withProfile(async (profile) => {
      const { ready, needCountry, unusable } = await profile.contacts.import(bytes);
      const [imported, skipped] = [ready.length, needCountry.length + unusable.length];
      this.#output.result(
        { imported, skipped },
        `${imported} numbers imported, ${skipped} could not be used.`,
      );
    });
  }

  check(written: string): Promise<void> {
    const number = parseNumber(written);
    return this.#withProfile(async (profile) => {
      const { route, keyChanged } = await profile.people.check(number);
      this.#output.result(
        { number, route, ...(keyChanged ? { keyChanged } : {}) },
        `${formatNumber(number)}: ${route}${keyChanged ? " (the key changed)" : ""}`,
      );
    });
  }

  async send(written: string, { message, route, acceptNewKey }: SendCommandOptions): Promise<void> {
    const number = parseNumber(written);
    const text = message === "-" ? decodeText(await buffer(process.stdin)) : message;
    await this.#withProfile(async (profile) => {
      const { key } = await profile.texts.send(number, text, {
        route,
        ...(acceptNewKey ? { acceptNewKey } : {}),
      });
      const sent = await profile.texts.outcome(key);
      if (sent.state === "not-delivered") throw new AssentError(sent.error);
      const sentence = {
        sent: "Sent.",
        delivered: "Delivered.",
        queued: "Queued: it goes out with the next connection.",
        handoff: `Open this in your SMS app: ${"link" in sent ? sent.link : ""}`,
      }[sent.state];
      this.#output.result(sent, sentence);
    });
  }

  receive({ follow }: { readonly follow?: boolean }): Promise<void> {
    return this.#withProfile(async (profile) => {
      const ending = new AbortController();
      const end = () => ending.abort();
      if (follow) process.once("SIGINT", end).once("SIGTERM", end);
      try {
        for await (const event of profile.events({
          follow: follow ?? false,
          signal: ending.signal,
        })) {
          if (event.type !== "connection")
            this.#output.result(eventJson(event), eventSentence(event));
        }
      } finally {
        process.off("SIGINT", end).off("SIGTERM", end);
      }
    });
  }

  history(written: string): Promise<void> {
    const number = parseNumber(written);
    return this.#withProfile(async (profile) => {
      for (const text of await profile.conversations.history(number)) {
        this.#output.result(historyJson(text), textSentence(text));
      }
    });
  }

  setBlocked(written: string, blocked: boolean): Promise<void> {
    const number = parseNumber(written);
    return this.#withProfile(async (profile) => {
      await (blocked ? profile.people.block(number) : profile.people.unblock(number));
      this.#output.result({ number, blocked }, blocked ? "Blocked." : "Unblocked.");
    });
  }

  #showLeft(left: Left): void {
    if (left.kind === "waiting") {
      this.#output.result(
        { state: "leaving" },
        "Turned off here now. Deletion at the service waits for a connection: run off again.",
      );
    } else if (left.kind === "never-on" || !left.receipt) {
      this.#output.result({ state: "off" }, "Private messages are off.");
    } else {
      const receipt = receiptJson(left.receipt);
      this.#output.result(
        { state: "off", receipt },
        [
          `Private messages are off. The service states, signed, that on ${receipt.deletedAt} it deleted`,
          `of the number ending in ${receipt.lastDigits}: ${Object.entries(receipt.deleted)
            .map(([kind, count]) => `${kind} ${count}`)
            .join(", ")}.`,
          "Texts that others received stay with them.",
        ].join("\n"),
      );
    }
  }

  /** Anything but yes is no; so is the end of input. */
  async #ask(question: string): Promise<boolean> {
    this.#output.say(question);
    const lines = createInterface({ input: process.stdin });
    try {
      for await (const line of lines) return line.trim().toLowerCase() === "yes";
      return false;
    } finally {
      lines.close();
    }
  }

  async #withProfile(step: (profile: Profile) => Promise<void>): Promise<void> {
    const profile = await openNodeProfile(this.#directory);
    try {
      await step(profile);
    } finally {
      await profile.close();
    }
  }
}

function endingSentence({ reason, at }: AccountEnded): string {
  const words = {
    left: "it was turned off",
    "left-by-number": "whoever received a code by SMS turned it off",
    "taken-over": "another phone took over the number",
    other: "the service gives a reason that this version does not know",
  }[reason];
  return `Ended ${at.toISOString()}: ${words}.`;
}

function setBackSentence({ at, waitsForOwner }: NonNullable<ProfileStatus["setBack"]>): string {
  const next = waitsForOwner
    ? " It happened before in the last month: this phone waits until it may begin anew."
    : "";
  return `Set back to an earlier state, noticed ${at.toISOString()}.${next}`;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return textFromUtf8(bytes);
  } catch (cause) {
    throw new AssentError("text_unreadable", { cause });
  }
}

function named({ number, name }: { readonly number: string; readonly name?: string }) {
  return { from: number, ...(name ? { name } : {}) };
}

function eventJson(event: ShownEvent): object {
  const again = event.again ? { again: true } : {};
  if (event.type === "notice") {
    const { type, kind, count } = event;
    return { type, kind, ...named(event), ...(count ? { count } : {}), ...again };
  }
  const { id, text, sentAt, route, state, error } = event.text;
  return event.type === "message"
    ? {
        type: "message",
        id,
        ...named(event.text),
        text,
        ...unclear(event.text),
        sentAt: sentAt.toISOString(),
        route,
        ...again,
      }
    : { type: "receipt", id, ...named(event.text), state, ...(error ? { error } : {}), ...again };
}

function eventSentence(event: ShownEvent): string {
  if (event.type === "message") return textSentence(event.text);
  const who = event.type === "notice" ? event : event.text;
  const name = who.name ?? who.number;
  if (event.type === "receipt") return `(${name}: ${event.text.state})`;
  return {
    "key-changed": `(The key of ${name} changed: a new phone, or another person.)`,
    restarted: `(The conversation with ${name} was started anew.)`,
    missing: `(Something that ${name} sent has not come yet: a text, or only a receipt.)`,
  }[event.kind];
}

function historyJson(text: ShownText): object {
  const { id, outgoing, number, name, sentAt, route, state, error } = text;
  return {
    id,
    direction: outgoing ? "out" : "in",
    number,
    ...(name ? { name } : {}),
    text: text.text,
    ...unclear(text),
    sentAt: sentAt.toISOString(),
    route,
    state,
    ...(error ? { error } : {}),
  };
}

/** Marks what came and cannot be shown. */
function unclear({ notUnderstood }: ShownText) {
  return notUnderstood ? { notUnderstood } : {};
}

function textSentence(shown: ShownText): string {
  const { outgoing, number, name, text, sentAt, state, notUnderstood } = shown;
  const who = outgoing ? `to ${name ?? number} (${state})` : (name ?? number);
  const words = notUnderstood ? "(Something that this version cannot show. It is kept.)" : text;
  return `${sentAt.toISOString()} ${who}: ${printable(words)}`;
}

/** A text can neither look like the next line's beginning nor steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === "\n" ? "\n    " : character === "\t" ? character : "\ufffd",
  );
}

function ledgerSentence({ at, method, destination, size, holds, why }: LedgerLine): string {
  return `${at.toISOString()} ${method} ${destination} ${size} B: ${holds}, ${why}`;
}
