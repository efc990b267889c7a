// The commands of whoever runs a service. Each loads the server, and only when it is given.
import { type Command, InvalidArgumentError, Option } from "commander";

export function addOperatorCommands(program: Command): void {
  addServe(program);
  addAdmin(program);
  addKeys(program);
  addBackup(program);
  addDoctor(program);
}

function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look at the folder of a service, running or not, and say what is wrong with it")
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { examineService } = await import("./serve.ts");
      await examineService({ data, json: isJson(program) });
    });
}

function addBackup(program: Command): void {
  program
    .command("backup")
    .description(
      "copy the database of a running service into a file, checked; put back with serve --restored",
    )
    .argument("<file>", "not there yet; its folder is")
    .addOption(dataOption())
    .action(async (file, { data }) => {
      const { backUp } = await import("./serve.ts");
      await backUp({ data, file, json: isJson(program) });
    });
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
    .option(
      "--restored",
      "once, after a backup was put back: what was sent since is sent again, and nothing is handed out twice",
    )
    .option(
      "--new-database",
      "once, where the database is lost and there is no backup: every phone has to be turned on again",
    )
    .option(
      "--clock-is-right",
      "the clock of this machine jumped, or it was off for long, and is right",
    )
    .action(async (options) => {
      const { serve } = await import("./serve.ts");
      await serve(options);
    });
}

const dataOption = () => new Option("--data <dir>", "the folder of the service").default("./data");

function addAdmin(program: Command): void {
  const admin = program.command("admin").description("look after a running service");
  admin
    .command("clock-is-right")
    .description("the clock of this machine jumped, or it was off for long, and is right")
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { confirmClockOf } = await import("./serve.ts");
      await confirmClockOf({ data, json: isJson(program) });
    });
  admin
    .command("status")
    .description("what runs in this folder: version, keys by epoch, counts; no names, no numbers")
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { showStatus } = await import("./serve.ts");
      await showStatus({ data, json: isJson(program) });
    });
}

function addKeys(program: Command): void {
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
      await rotate({ data, only, rootKey, json: isJson(program) });
    });
}

function isJson(program: Command): boolean {
  return program.opts<{ readonly json?: true }>().json ?? false;
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
