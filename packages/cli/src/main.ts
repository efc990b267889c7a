// The command line: what there is to say, and how it is told when it was said wrongly. A process is either a server or
// a messenger, so each is loaded only when its command is given.
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import { completionScript, completionShells } from "./completion.ts";
import { addMessengerCommands } from "./messenger-commands.ts";
import { addOperatorCommands } from "./operator-commands.ts";
import { exitCodes, Refused, reportError, standardTerminal, type Terminal } from "./output.ts";

/** Runs one command line; resolves to the exit code. */
export async function run(
  args: readonly string[],
  terminal: Terminal = standardTerminal,
): Promise<number> {
  const asJson = args.includes("--json");
  let exitCode: number = exitCodes.done;
  const program = programFor(asJson, terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    // Commands of whoever runs a service set their process's own.
    return Number(process.exitCode ?? exitCode);
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, asJson, terminal);
    // Help and version are printed by then, and no error.
    if (error.exitCode === 0) return exitCodes.done;
    if (asJson) {
      const usage = isHelp(error) ? "no command is given" : oneLine(error.message);
      reportError(new Refused("wrong_usage", { usage }, []), true, terminal);
    }
    return exitCodes.wrongUsage;
  }
}

/** Shown in place of a command that is missing. */
function isHelp(error: CommanderError): boolean {
  return error.code === "commander.help";
}

function programFor(asJson: boolean, terminal: Terminal, end: (exitCode: number) => void): Command {
  const program = new Command("assent")
    .description(
      "Texting by phone number over the Internet: off until you say yes, end-to-end encrypted.",
    )
    .version(manifest.version, "--version", "print the version")
    .option(
      "--profile <dir>",
      "the folder that is the phone (made when missing); ASSENT_PROFILE, or a folder for this user, if left out",
    )
    .option("--json", "print JSON lines; errors as JSON on standard error")
    .configureHelp({ showGlobalOptions: true });
  addMessengerCommands(program, terminal, end);
  addOperatorCommands(program);
  program
    .command("completion")
    .description("print what makes a shell complete these commands")
    .addArgument(program.createArgument("<shell>").choices(completionShells))
    .action((shell) => terminal.out(completionScript(program, shell)));
  tellUsage(program, asJson, terminal);
  return program;
}

/** What is said wrongly is told in one line that names where to read on. */
function tellUsage(command: Command, asJson: boolean, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text.replace(/\n$/, "")),
    writeErr: (text) => {
      if (!asJson) terminal.error(text.replace(/\n$/, ""));
    },
    outputError: (message, write) => {
      write(`assent: ${oneLine(message)}. See ${pathOf(command)} --help\n`);
    },
  });
  for (const each of command.commands) tellUsage(each, asJson, terminal);
}

/** Without what was typed beyond what a command takes: it may be a number, or a text. */
function oneLine(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/(\bbut got \d+): .*/s, "$1")
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
