// The command line: what there is to say, and where it is done. A process is either a server or a messenger,
// so each is loaded only when its command is given.
import { AssentError } from "@assent/protocol";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCodes, reportError } from "./output.ts";

interface GlobalOptions {
  readonly profile?: string;
  readonly json?: boolean;
}

/** Runs one command line; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const asJson = args.includes("--json");
  try {
    await programFor(asJson).parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version are printed by then, and no error.
      if (error.exitCode === 0) return exitCodes.done;
      if (asJson) reportError(new AssentError("wrong_usage", { cause: error }), true);
      return exitCodes.wrongUsage;
    }
    return reportError(error, asJson);
  }
}

function programFor(asJson: boolean): Command {
  const program = new Command("assent")
    .description(
      "Texting by phone number over the Internet: off until you say yes, end-to-end encrypted.",
    )
    .option("--profile <dir>", "the folder that is the phone (made when missing)")
    .option("--json", "print JSON lines; errors as JSON on standard error")
    .showHelpAfterError()
    .exitOverride();
  if (asJson) program.configureOutput({ writeErr: () => undefined });
  addServe(program);
  addOperatorCommands(program);
  addIdentityCommands(program);
  addTextCommands(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function addServe(program: Command): void {
  program
    .command("serve")
    .description("run a service; prints one line when it is ready, ends on SIGTERM or Ctrl-C")
    .option("--data <dir>", "where it keeps everything", "./data")
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .option("--port <number>", "the port to listen on; 0 takes a free one", "8080")
    .requiredOption(
      "--sms <transport>",
      "how codes are sent: fake (development: read them at /sms/messages), console (development: printed)",
    )
    .option("--log-level <level>", "silent, fatal, error, warn, info or debug", "info")
    .action(async (options) => {
      const { serve } = await import("./serve.ts");
      await serve(options);
    });
}

const dataOption = () => new Option("--data <dir>", "the folder of the service").default("./data");

function addOperatorCommands(program: Command): void {
  const json = () => program.opts<GlobalOptions>().json ?? false;
  program
    .command("admin")
    .description("look after a running service")
    .command("status")
    .description("what runs in this folder: version, keys by epoch, counts; no names, no numbers")
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { showStatus } = await import("./serve.ts");
      await showStatus({ data, json: json() });
    });
  program
    .command("keys")
    .description("look after the keys of a service")
    .command("rotate")
    .description("put new keys beside the former ones, which stay good for a while; running or not")
    .addOption(dataOption())
    .addOption(
      new Option("--only <keys>", "which: sealing, voprf, capability, online, with commas between")
        .argParser(readRotated)
        .default(rotatedUnlessSaid, rotatedUnlessSaid.join(",")),
    )
    .option("--root-key <file>", "where root.key is, when online keys are rotated")
    .addHelpText("after", rotationHelp)
    .action(async ({ data, only, rootKey }) => {
      const { rotate } = await import("./serve.ts");
      await rotate({ data, only, rootKey, json: json() });
    });
}

const rotatable = ["sealing", "voprf", "capability", "online"] as const;
const rotatedUnlessSaid: readonly (typeof rotatable)[number][] = [
  "sealing",
  "capability",
  "online",
];

const rotationHelp = `
  sealing      opens numbers that are being proved; the former key for 30 days
  capability   mints and opens addresses; the former key for 400 days
  online       signs parameters, claims and receipts, under a new certificate: needs root.key
  voprf        numbers are looked up under it: at most once a year, and only where it is named.
               People are found again when their phone was connected next. The former key: 400 days`;

function readRotated(text: string): (typeof rotatable)[number][] {
  return text.split(",").map((name) => {
    const known = rotatable.find((one) => one === name.trim());
    if (!known) throw new InvalidArgumentError(`Name some of: ${rotatable.join(", ")}.`);
    return known;
  });
}

function addIdentityCommands(program: Command): void {
  program
    .command("on")
    .description("turn private messages on: shows the policy, asks, and has a code sent by SMS")
    .argument("<number>", "your number, such as +4915123456789")
    .requiredOption("--server <url>", "the service, such as https://assent.example")
    .option("--yes", "say yes to the policy, for the purpose `service` alone")
    .action(async (number, options) => (await messenger(program)).on(number, options));
  program
    .command("verify")
    .description("finish turning on with the code from the SMS")
    .argument("<code>", "six digits")
    .action(async (code) => (await messenger(program)).verify(code));
  program
    .command("status")
    .description("whether private messages are on, and what waits")
    .action(async () => (await messenger(program)).status());
  program
    .command("ledger")
    .description("everything that left this device, a line each")
    .action(async () => (await messenger(program)).ledger());
  program
    .command("off")
    .description("leave: delete everything at the service; texts and contacts stay here")
    .option("--yes", "do not ask")
    .action(async (options) => (await messenger(program)).off(options));
}

function addTextCommands(program: Command): void {
  const contacts = program.command("contacts").description("the address book; it never leaves");
  contacts
    .command("import")
    .description("read contacts from a vCard file")
    .argument("<file.vcf>")
    .exitOverride()
    .action(async (file) => (await messenger(program)).importContacts(file));
  program
    .command("check")
    .description("ask whether a number can be reached privately")
    .argument("<number>")
    .action(async (number) => (await messenger(program)).check(number));
  program
    .command("send")
    .description("send a text")
    .argument("<number>")
    .requiredOption("-m, --message <text>", "the text; - reads it from standard input, as it is")
    .addOption(
      new Option("--route <route>", "how it may go")
        .choices(["auto", "private", "sms"])
        .default("auto"),
    )
    .option("--accept-new-key", "the number's key changed, and you trust the new one")
    .action(async (number, options) => (await messenger(program)).send(number, options));
  program
    .command("receive")
    .description("take what waits, show it once, and end")
    .option("--follow", "go on until interrupted")
    .action(async (options) => (await messenger(program)).receive(options));
  program
    .command("history")
    .description("all texts with a number")
    .argument("<number>")
    .action(async (number) => (await messenger(program)).history(number));
  program
    .command("block")
    .description("drop what comes from a number, from now on; they are not told")
    .argument("<number>")
    .action(async (number) => (await messenger(program)).setBlocked(number, true));
  program
    .command("unblock")
    .description("take from a number again")
    .argument("<number>")
    .action(async (number) => (await messenger(program)).setBlocked(number, false));
}

async function messenger(program: Command) {
  const { profile, json = false } = program.opts<GlobalOptions>();
  if (!profile) {
    program.error("error: --profile <dir> is needed: the folder that is the phone");
  }
  const { Messenger } = await import("./messenger.ts");
  return new Messenger(profile, json);
}
