// The command line: what there is to say, and where it is done. A process is either a server or a messenger,
// so each is loaded only when its command is given.
import { AssentError } from "@assent/protocol";
import { Command, CommanderError, Option } from "commander";
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
