// The commands of the phone: what each is called, takes and says of itself. Done in messenger.ts, loaded only when one is
// given.
import { resolve } from "node:path";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { keepGarbageLittle } from "./heap-room.ts";
import type { Messenger } from "./messenger.ts";
import type { Terminal } from "./output.ts";
import { defaultProfileFolder } from "./profile-folder.ts";
import type { Request } from "./requests.ts";

/** The phone that a command line is for. */
interface CalledPhone {
  /** Has it done; what it resolves to is the exit code. */
  readonly call: (action: (messenger: Messenger) => Promise<number>) => Promise<void>;
  readonly do: (request: Request) => Promise<void>;
}

/** @param end takes the exit code of the one command that is called. */
export function addMessengerCommands(
  program: Command,
  terminal: Terminal,
  end: (exitCode: number) => void,
): void {
  const call: CalledPhone["call"] = async (action) => {
    end(await action(await messengerFor(program, terminal)));
  };
  const phone = { call, do: (request: Request) => call((messenger) => messenger.do(request)) };
  addAccountCommands(program, phone);
  addTextCommands(program, phone);
  addContactCommands(program, phone);
}

function addAccountCommands(program: Command, phone: CalledPhone): void {
  program
    .command("on")
    .description("turn private messages on: shows the policy, asks, and has a code sent by SMS")
    .argument("<number>", "your number, such as +4915123456789")
    .requiredOption("--server <url>", "the service, such as https://assent.example")
    .option("--yes", "say yes to the policy, for the purpose `service` alone")
    .option("--invitation <code>", "where the service takes only those who were invited")
    .action((number, options) => phone.call((messenger) => messenger.turnOn(number, options)));
  program
    .command("verify")
    .description("finish turning on with the code from the SMS")
    .argument("[code]", "six digits; - or nothing reads them from standard input")
    .action((code) => phone.call((messenger) => messenger.verify(code)));
  program
    .command("status")
    .description("whether private messages are on, and what waits")
    .action(() => phone.do({ command: "status" }));
  program
    .command("begin-anew")
    .description("go on with a phone that was set back and waits: conversations begin anew")
    .action(() => phone.do({ command: "begin-anew" }));
  program
    .command("sms-relay")
    .description("have the service send your SMS, where this device cannot; asks first")
    .addArgument(
      new Argument("<on|off|status>", "status changes nothing").choices(["on", "off", "status"]),
    )
    .option("--yes", "do not ask")
    .action((answer, options) => phone.call((messenger) => messenger.smsRelay(answer, options)));
  program
    .command("ledger")
    .description("everything that left this device, a line each")
    .action(() => phone.do({ command: "ledger" }))
    .command("clear")
    .description("forget what left before a day; what leaves from now on is noted as before")
    .requiredOption(
      "--before <date>",
      "a day, such as 2026-11-01, or a moment with its offset",
      moment,
    )
    .action(({ before }) => phone.do({ command: "clear-ledger", before }));
  program
    .command("off")
    .description("leave: delete everything at the service; texts and contacts stay here")
    .option("--yes", "do not ask")
    .action((options) => phone.call((messenger) => messenger.turnOff(options)));
}

/** A day begins in its owner's time. */
function moment(written: string): string {
  const isMoment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(
    written,
  );
  const date = new Date(written.length === 10 ? `${written}T00:00` : written);
  if (!isMoment || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError("It is a day, such as 2026-11-01, or 2026-11-01T18:00Z.");
  }
  return date.toISOString();
}

const whom = ["<who>", "a number, or a name of the address book"] as const;

function addTextCommands(program: Command, phone: CalledPhone): void {
  program
    .command("check")
    .description("ask whether somebody can be reached privately")
    .argument(...whom)
    .action((who) => phone.do({ command: "check", who }));
  program
    .command("send")
    .description("send a text; exits 3 where only the SMS app can")
    .argument(...whom)
    .requiredOption("-m, --message <text>", "the text; - reads it from standard input, as it is")
    .addOption(
      new Option("--route <route>", "how it may go")
        .choices(["auto", "private", "sms"])
        .default("auto"),
    )
    .option("--accept-new-key", "the number's key changed, and you trust the new one")
    .action(async (who, { message, route, acceptNewKey }) => {
      const request = {
        command: "send",
        who,
        route,
        ...(acceptNewKey && { acceptNewKey }),
      } as const;
      await phone.call((messenger) => messenger.send(message, request));
    });
  program
    .command("send-as-sms")
    .description(
      "have a private text that waits go by SMS instead; exits 3 where the SMS app is to send it",
    )
    .argument("<id>", "the text's id, as send and history --json print it")
    .action((id) => phone.do({ command: "send-as-sms", id }));
  program
    .command("receive")
    .description("take what waits, show it once, and end")
    .option("--follow", "go on until interrupted, and do what other commands of this profile ask")
    .action((options) => phone.call((messenger) => messenger.receive(options)));
  program
    .command("history")
    .description("all texts with somebody")
    .argument(...whom)
    .action((who) => phone.do({ command: "history", who }));
  program
    .command("block")
    .description("drop what comes from somebody, from now on; they are not told")
    .argument(...whom)
    .action((who) => phone.do({ command: "block", who, blocked: true }));
  program
    .command("unblock")
    .description("take from somebody again")
    .argument(...whom)
    .action((who) => phone.do({ command: "block", who, blocked: false }));
}

function addContactCommands(program: Command, phone: CalledPhone): void {
  const contacts = program
    .command("contacts")
    .description("the address book; it never leaves")
    .action(() => phone.do({ command: "contacts" }));
  contacts
    .command("import")
    .description("read contacts from a vCard file; names what cannot be used")
    .argument("<file>", "a .vcf file")
    .option("--country <cc>", "whose numbers those without a country code are, such as DE")
    .option("--preview", "say what would come of it, and store nothing")
    .action(async (file, { country, preview }, command: Command) => {
      if (country !== undefined) await checkCountry(country, command);
      await phone.do({
        command: "import-contacts",
        file: resolve(file),
        ...(country === undefined ? {} : { country }),
        ...(preview ? { preview } : {}),
      });
    });
  contacts
    .command("country")
    .description("whose numbers those without a country code are; says so, or chooses another")
    .argument("[cc]", "two letters, such as DE")
    .action(async (country, _options, command: Command) => {
      if (country !== undefined) await checkCountry(country, command);
      await phone.do({ command: "country", ...(country === undefined ? {} : { country }) });
    });
  contacts
    .command("name")
    .description("give a number a name")
    .argument("<number>", "in international form, or as in the country of `contacts country`")
    .argument("<name>", "in place of the one it had", nameGiven)
    .action((who, name) => phone.do({ command: "name-contact", who, name }));
  contacts
    .command("remove")
    .description("take a number out of the address book; its texts stay")
    .argument(...whom)
    .action((who) => phone.do({ command: "remove-contact", who }));
}

/** An empty one would take the number out of the address book. */
function nameGiven(written: string): string {
  const name = written.trim();
  if (!name) throw new InvalidArgumentError("contacts remove takes a number out.");
  return name;
}

async function checkCountry(country: string, command: Command): Promise<void> {
  const { readCountry } = await import("@assent/protocol/national-number");
  if (!readCountry(country)) {
    command.error("error: a country is two letters, such as DE");
  }
}

async function messengerFor(program: Command, terminal: Terminal): Promise<Messenger> {
  const { profile, json = false } = program.opts<{
    readonly profile?: string;
    readonly json?: true;
  }>();
  keepGarbageLittle();
  const { Messenger } = await import("./messenger.ts");
  return new Messenger(profile ?? defaultProfileFolder(process.env), json, terminal);
}
