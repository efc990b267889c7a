// The commands of whoever runs a service. Each loads the server, and only when it is given.
import { type Command, InvalidArgumentError, Option } from "commander";
import { addAdmin } from "./admin-commands.ts";
import { dataOption, isJson } from "./operator-options.ts";

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
    .description(
      "say what is wrong with a service: with its folder, running or not, or with the way to it from outside",
    )
    .argument("[url]", "where it is reached, such as https://assent.example")
    .addOption(dataOption())
    .action(async (url, { data }) => {
      const { examineService } = await import("./serve.ts");
      await examineService({ data, url, json: isJson(program) });
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
    .addOption(dataOption())
    .addOption(
      new Option("--host <address>", "the address to listen on")
        .default("127.0.0.1")
        .env("ASSENT_HOST"),
    )
    .addOption(
      new Option("--port <number>", "the port to listen on; 0 takes a free one")
        .default("8080")
        .env("ASSENT_PORT"),
    )
    .addOption(
      new Option(
        "--sms <transport>",
        "how codes are sent: smpp://…, https://…, spool:DIR or routes:FILE (docs/sms.md), fake or console (development: they show codes)",
      )
        .env("ASSENT_SMS")
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--push <on|off>",
        "wake browsers whose app is closed, by their makers' push services: the only connections that go out but for SMS",
      )
        .default("off")
        .env("ASSENT_PUSH"),
    )
    .addOption(
      new Option(
        "--sms-relay <on|off>",
        "send SMS for phones without a SIM that ask for it, at this service's cost",
      )
        .default("off")
        .env("ASSENT_SMS_RELAY"),
    )
    .addOption(
      new Option("--log-level <level>", "silent, fatal, error, warn, info or debug")
        .default("info")
        .env("ASSENT_LOG_LEVEL"),
    )
    .option("--check", "say what is wrong with settings, folder and machine, and start nothing")
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
    .action(async ({ check, ...options }) => {
      const { checkService, serve } = await import("./serve.ts");
      await (check ? checkService({ ...options, json: isJson(program) }) : serve(options));
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
      new Option(
        "--only <keys>",
        "which: sealing, voprf, capability, push, online, with commas between",
      )
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

const rotatable = ["sealing", "voprf", "capability", "push", "online"] as const;
const rotatedUnlessSaid: readonly (typeof rotatable)[number][] = [
  "sealing",
  "capability",
  "online",
];

const rotationHelp = `
  sealing      opens numbers that are being proved; the former key for 30 days
  capability   mints and opens addresses; the former key for 400 days
  push         signs what wakes browsers, and seals where they are woken; the former key for 400 days
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
