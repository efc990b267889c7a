// The commands of the phone: what each is called, takes and says of itself. Done in messenger.ts, loaded only when one is
// given.
import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { defaultProfileFolder } from "./profile-folder.ts";
import type { Request } from "./requests.ts";
import { keepYoungObjectsFew } from "./young-objects.ts";

export function addMessengerCommands(program: Command): void {
  addAccountCommands(program);
  addTextCommands(program);
  addContactCommands(program);
}

function addAccountCommands(program: Command): void {
  program
    .command("on")
    .description("turn private messages on: shows the policy, asks, and has a code sent by SMS")
    .argument("<number>", "your number, such as +4915123456789")
    .requiredOption("--server <url>", "the service, such as https://assent.example")
    .option("--yes", "say yes to the policy, for the purpose `service` alone")
    .option("--invitation <code>", "where the service takes only those who were invited")
    .action(async (number, options) => {
      process.exitCode = await (await messenger(program)).turnOn(number, options);
    });
  program
    .command("verify")
    .description("finish turning on with the code from the SMS")
    .argument("[code]", "six digits; - or nothing reads them from standard input")
    .action(async (code) => {
      process.exitCode = await (await messenger(program)).verify(code);
    });
  program
    .command("status")
    .description("whether private messages are on, and what waits")
    .action(() => doing(program, { command: "status" }));
  program
    .command("begin-anew")
    .description("go on with a phone that was set back and waits: conversations begin anew")
    .action(() => doing(program, { command: "begin-anew" }));
  program
    .command("ledger")
    .description("everything that left this device, a line each")
    .action(() => doing(program, { command: "ledger" }))
    .command("clear")
    .description("forget what left before a day; what leaves from now on is noted as before")
    .requiredOption(
      "--before <date>",
      "a day, such as 2026-11-01, or a moment with its offset",
      moment,
    )
    .action(({ before }) => doing(program, { command: "clear-ledger", before }));
  program
    .command("off")
    .description("leave: delete everything at the service; texts and contacts stay here")
    .option("--yes", "do not ask")
    .action(async (options) => {
      process.exitCode = await (await messenger(program)).turnOff(options);
    });
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

function addTextCommands(program: Command): void {
  program
    .command("check")
    .description("ask whether somebody can be reached privately")
    .argument(...whom)
    .action((who) => doing(program, { command: "check", who }));
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
      process.exitCode = await (await messenger(program)).send(message, request);
    });
  program
    .command("send-as-sms")
    .description(
      "have a private text that waits go by SMS instead; exits 3 where the SMS app is to send it",
    )
    .argument("<id>", "the text's id, as send and history --json print it")
    .action((id) => doing(program, { command: "send-as-sms", id }));
  program
    .command("receive")
    .description("take what waits, show it once, and end")
    .option("--follow", "go on until interrupted, and do what other commands of this profile ask")
    .action(async (options) => {
      process.exitCode = await (await messenger(program)).receive(options);
    });
  program
    .command("history")
    .description("all texts with somebody")
    .argument(...whom)
    .action((who) => doing(program, { command: "history", who }));
  program
    .command("block")
    .description("drop what comes from somebody, from now on; they are not told")
    .argument(...whom)
    .action((who) => doing(program, { command: "block", who, blocked: true }));
  program
    .command("unblock")
    .description("take from somebody again")
    .argument(...whom)
    .action((who) => doing(program, { command: "block", who, blocked: false }));
}

function addContactCommands(program: Command): void {
  const contacts = program
    .command("contacts")
    .description("the address book; it never leaves")
    .action(() => doing(program, { command: "contacts" }));
  contacts
    .command("import")
    .description("read contacts from a vCard file; names what cannot be used")
    .argument("<file>", "a .vcf file")
    .option("--country <cc>", "whose numbers those without a country code are, such as DE")
    .option("--preview", "say what would come of it, and store nothing")
    .action(async (file, { country, preview }, command: Command) => {
      if (country !== undefined) await checkCountry(country, command);
      await doing(program, {
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
      await doing(program, { command: "country", ...(country === undefined ? {} : { country }) });
    });
  contacts
    .command("name")
    .description("give a number a name")
    .argument("<number>")
    .argument("<name>")
    .action((who, name) => doing(program, { command: "name-contact", who, name }));
  contacts
    .command("remove")
    .description("take a number out of the address book; its texts stay")
    .argument(...whom)
    .action((who) => doing(program, { command: "remove-contact", who }));
}

async function checkCountry(country: string, command: Command): Promise<void> {
  const { readCountry } = await import("@assent/protocol/national-number");
  if (!readCountry(country)) {
    command.error("error: a country is two letters, such as DE");
  }
}

async function doing(program: Command, request: Request): Promise<void> {
  process.exitCode = await (await messenger(program)).do(request);
}

async function messenger(program: Command) {
  const { profile, json = false } = program.opts<{
    readonly profile?: string;
    readonly json?: true;
  }>();
  keepYoungObjectsFew();
  const { Messenger } = await import("./messenger.ts");
  return new Messenger(profile ?? defaultProfileFolder(process.env), json);
}
