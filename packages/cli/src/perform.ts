// Does with a profile what was asked, and says what came of it: for this program, or for another that asked this one.
// Resolves to the exit code.

import { isAbsolute } from "node:path";
import type { Left, Profile, SendResult } from "@assent/client";
import { ledgerJson, receiptJson } from "@assent/client/node";
import { AssentError, errorTable, formatNumber, parseNumber } from "@assent/protocol";
import type { Country } from "@assent/protocol/national-number";
import { importJson, importSentence } from "./import-sentences.ts";
import { readNamedFile } from "./named-file.ts";
import { exitCodes, type Output, openOutput, type Streams } from "./output.ts";
import { printableLine } from "./printable.ts";
import type { Asking, Request } from "./requests.ts";
import {
  historyJson,
  historySentence,
  keysStaySentence,
  ledgerSentence,
  localTime,
  operatorSentences,
  receiptSentence,
  statusSentence,
} from "./sentences.ts";
import { whoIs } from "./who.ts";

type RequestOf<C extends Request["command"]> = Extract<Request, { readonly command: C }>;

export async function perform(
  profile: Profile,
  { request, asJson, timeZone }: Asking,
  streams: Streams,
): Promise<number> {
  const output = openOutput(asJson, streams);
  switch (request.command) {
    case "turn-on":
      await turnOn(profile, request, output);
      break;
    case "verify": {
      await profile.account.verify(request.code);
      const { number } = await profile.account.status();
      output.result({ state: "on", number }, "Private messages are on.");
      break;
    }
    case "status": {
      const status = await profile.account.status();
      output.result(status, statusSentence(status, timeZone));
      break;
    }
    case "begin-anew":
      await beginAnew(profile, output);
      break;
    case "sms-relay":
      await smsRelay(profile, request, output);
      break;
    case "ledger":
      for (const line of await profile.ledger.lines()) {
        output.result(ledgerJson(line), () => ledgerSentence(line, timeZone));
      }
      break;
    case "clear-ledger": {
      const before = new Date(request.before);
      const forgotten = await profile.ledger.clear({ before });
      output.result(
        { forgotten, before: before.toISOString() },
        `Forgot ${items(forgotten)} that left before ${localTime(before, timeZone)}.`,
      );
      break;
    }
    case "turn-off":
      showLeft(await profile.account.turnOff(), output, timeZone);
      break;
    case "contacts":
      for (const { number, name } of (await profile.contacts.list()).sort(byName)) {
        output.result({ number, name }, `${printableLine(name)}: ${formatNumber(number)}`);
      }
      break;
    case "country":
      await chooseCountry(profile, request, output);
      break;
    case "import-contacts":
      await importContacts(profile, request, output);
      break;
    case "name-contact": {
      const number = await profile.contacts.readNumber(request.who);
      await profile.contacts.name(number, request.name);
      const { name } = request;
      output.result({ number, name }, `${formatNumber(number)} is ${printableLine(name)} now.`);
      break;
    }
    case "remove-contact": {
      const number = await whoIs(profile.contacts, request.who);
      await profile.contacts.remove(number);
      output.result({ number }, `${formatNumber(number)} is not in the address book any more.`);
      break;
    }
    case "check": {
      const number = await whoIs(profile.contacts, request.who);
      const { route, keyChanged } = await profile.people.check(number);
      output.result(
        { number, route, ...(keyChanged ? { keyChanged } : {}) },
        `${formatNumber(number)}: ${route}${keyChanged ? " (the key changed)" : ""}`,
      );
      break;
    }
    case "send":
      return send(profile, request, output);
    case "send-as-sms": {
      const key = await profile.texts.keyOf(request.id);
      if (key === undefined) throw new AssentError("text_unknown");
      return shown(await profile.texts.sendAsSms(key), output);
    }
    case "history": {
      const now = new Date();
      const number = await whoIs(profile.contacts, request.who);
      for (const text of await profile.conversations.history(number)) {
        output.result(historyJson(text, now), () => historySentence(text, timeZone, now));
      }
      break;
    }
    case "block": {
      const number = await whoIs(profile.contacts, request.who);
      const { blocked } = request;
      await (blocked ? profile.people.block(number) : profile.people.unblock(number));
      output.result({ number, blocked }, blocked ? "Blocked." : "Unblocked.");
      break;
    }
  }
  return exitCodes.done;
}

async function turnOn(profile: Profile, request: RequestOf<"turn-on">, output: Output) {
  const number = parseNumber(request.number);
  const before = await profile.account.status();
  const working = workTold(output);
  const turned = await profile.account.turnOn(number, request.server, ["service"], {
    working,
    invitation: request.invitation,
  });
  if (turned.kind === "consent-renewed") {
    output.result({ state: "on", number }, "Private messages are on again.");
    return;
  }
  const { codeExpiresInSeconds, resendAfterSeconds } = turned;
  // Nothing was asked of the service before the yes, so this is the first that is known of who runs it.
  const { operator } = await profile.account.status();
  const isSameAccount = before.phase === "ended" && before.number === number;
  const sent = `A code is on its way to ${formatNumber(number)} by SMS. Type it with: verify CODE`;
  output.result(
    { state: "code-sent", codeExpiresInSeconds, resendAfterSeconds, ...(operator && { operator }) },
    [...operatorSentences(operator), ...(isSameAccount ? [keysStaySentence] : []), sent].join("\n"),
  );
}

/** In quarters: it takes seconds at most. */
function workTold(output: Output): (done: number) => void {
  let quarters = 0;
  return (done) => {
    if (done === 0) {
      quarters = 0;
      output.say("Your service asks for a little work first…");
    }
    while (done >= (quarters + 1) / 4) {
      quarters += 1;
      output.say(`  ${quarters * 25} % done`);
    }
  };
}

async function beginAnew({ account }: Profile, output: Output) {
  const begunAnew = await account.beginAnew();
  const { phase: state } = await account.status();
  output.result(
    { state, begunAnew },
    begunAnew
      ? "This phone goes on. Conversations begin anew."
      : "This phone was not set back to an earlier state: nothing begins anew.",
  );
}

async function smsRelay({ account }: Profile, { granted }: RequestOf<"sms-relay">, output: Output) {
  const { relaysSms = false } = await account.status();
  if (granted && !relaysSms) throw new AssentError("not_offered");
  if (granted !== undefined) await account.setPurpose("sms-relay", granted);
  const isOn = (await account.status()).purposes.includes("sms-relay");
  const offer = relaysSms ? "" : " This service sends none.";
  output.result(
    { smsRelay: isOn ? "on" : "off", offered: relaysSms },
    `${isOn ? "SMS are sent by the service." : "SMS go to your SMS app."}${offer}`,
  );
}

function items(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}

async function send(profile: Profile, request: RequestOf<"send">, output: Output) {
  const { text, route, acceptNewKey } = request;
  const number = await whoIs(profile.contacts, request.who);
  const options = { route, ...(acceptNewKey ? { acceptNewKey } : {}) };
  const { key } = await profile.texts.send(number, text, options);
  return shown(await profile.texts.outcome(key), output);
}

/** What became of a text, and the exit code that says so. @throws AssentError where it was not delivered */
function shown(sent: SendResult, output: Output): number {
  if (sent.state === "not-delivered") throw new AssentError(sent.error);
  output.result(sent, sentSentence(sent));
  return sent.state === "handoff" ? exitCodes.handoff : exitCodes.done;
}

const smsSentSentence = "Sent as SMS by the service. Answers go to your number, not here.";

function sentSentence(sent: Exclude<SendResult, { readonly state: "not-delivered" }>): string {
  switch (sent.state) {
    case "sent":
      return sent.byService ? smsSentSentence : "Sent.";
    case "delivered":
      return "Delivered.";
    case "queued":
      if (sent.error) return `Queued: ${errorTable[sent.error].message}`;
      return sent.byService
        ? "Queued: the service sends it as SMS, as soon as it can."
        : "Queued: it goes out with the next connection.";
    case "not-known":
      return "Not known to have arrived.";
    case "taking-back":
      return "The service is still to give it back: it goes by SMS once it did, or stays private.";
    case "taken":
      return "Their phone has it already. It stays private.";
    case "kept-private":
      return "It may have arrived already. It stays private.";
    case "handoff":
      return `Not sent. Open this in your SMS app: ${sent.link}`;
  }
}

async function chooseCountry(
  { contacts }: Profile,
  { country: named }: RequestOf<"country">,
  output: Output,
) {
  const country = await countryNamed(named);
  if (country) await contacts.chooseCountry(country);
  const current = country ?? (await contacts.country());
  output.result(
    current ? { country: current } : {},
    current
      ? `Numbers without a country code are read as in ${current}.`
      : "Numbers without a country code are not read: no country is chosen.",
  );
}

/** @throws AssentError request_invalid where it is none: the command line asked before. */
async function countryNamed(named: string | undefined): Promise<Country | undefined> {
  if (named === undefined) return undefined;
  const { readCountry } = await import("@assent/protocol/national-number");
  const country = readCountry(named);
  if (!country) throw new AssentError("request_invalid");
  return country;
}

async function importContacts(
  { contacts }: Profile,
  { file, country: named, preview }: RequestOf<"import-contacts">,
  output: Output,
) {
  const country = await countryNamed(named);
  const vcards = await readNamed(file);
  const options = country ? { country } : {};
  const read = await (preview
    ? contacts.previewImport(vcards, options)
    : contacts.import(vcards, options));
  const offered = await contacts.offeredCountry(Intl.DateTimeFormat().resolvedOptions().locale);
  const stored = !preview;
  output.result(importJson(read, stored), importSentence(read, { stored, offered }));
}

/** @throws AssentError file_missing, file_unreadable */
async function readNamed(file: string): Promise<Uint8Array> {
  if (!isAbsolute(file)) throw new AssentError("request_invalid");
  return readNamedFile(file);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name);
}

function showLeft(left: Left, output: Output, timeZone: string): void {
  if (left.kind === "waiting") {
    output.result(
      { state: "leaving" },
      "Turned off here now. Deletion at the service waits for a connection: run off again.",
    );
  } else if (left.kind === "never-on" || !left.receipt) {
    output.result({ state: "off" }, "Private messages are off.");
  } else {
    const receipt = receiptJson(left.receipt);
    output.result({ state: "off", receipt }, receiptSentence(receipt, timeZone));
  }
}
