// `assent admin`: what each command is called, takes and says of itself. Done by the service that runs in the folder, which is
// asked through serve.ts. What is secret is read from standard input: what is typed on a command line, others can see.
import { text } from "node:stream/consumers";
import { type Command, InvalidArgumentError } from "commander";
import { readNamedFile } from "./named-file.ts";
import { dataOption, isJson } from "./operator-options.ts";
import { openOutput } from "./output.ts";
import type { Answers, Command as Asked } from "./serve.ts";
import {
  describeEnd,
  describeInvitations,
  describeMade,
  describeOrigins,
  describeRegistration,
  describeSmsRelay,
  describeWithdrawn,
} from "./steered-sentences.ts";
import { firstTypedLine, withTypedLines } from "./typed-lines.ts";

export function addAdmin(program: Command): void {
  const admin = program.command("admin").description("look after a running service");
  addState(program, admin);
  addInvitations(program, admin);
  addOrigins(program, admin);
  addEnds(program, admin);
  addNever(program, admin);
  addEndAccount(program, admin);
  addDrain(program, admin);
}

function addState(program: Command, admin: Command): void {
  admin
    .command("status")
    .description(
      "what runs in this folder: version, keys by epoch, counts, what you said of it; no names, no numbers",
    )
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { showStatus } = await import("./serve.ts");
      await showStatus({ data, json: isJson(program) });
    });
  admin
    .command("clock-is-right")
    .description("the clock of this machine jumped, or it was off for long, and is right")
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { describeDestruction, steer } = await import("./serve.ts");
      const json = isJson(program);
      await steer({ data, json }, { command: "clock-is-right" }, describeDestruction);
    });
  admin
    .command("registration")
    .description(
      "take all new numbers, those with an invitation, or none: who is here stays, and anybody can leave",
    )
    .addArgument(program.createArgument("<state>").choices(["open", "invite-only", "closed"]))
    .addOption(dataOption())
    .action(async (is, { data }) =>
      steering(program, data, { command: "registration", is }, describeRegistration),
    );
  admin
    .command("sms-relay")
    .description(
      "have SMS for phones without a SIM stopped at once, and on again: what is being handed over still goes out",
    )
    .addArgument(program.createArgument("<state>").choices(["on", "stopped"]))
    .addOption(dataOption())
    .action(async (is, { data }) =>
      steering(program, data, { command: "sms-relay", is }, describeSmsRelay),
    );
}

function addInvitations(program: Command, admin: Command): void {
  const invitations = admin
    .command("invitations")
    .description("invitations, for a service whose registration is invite-only");
  invitations
    .command("count")
    .description("how many can be used, and until when")
    .addOption(dataOption())
    .action(async ({ data }) =>
      steering(program, data, { command: "count-invitations" }, describeInvitations),
    );
  invitations
    .command("make")
    .description("make invitations, each for one account, and print them: they are shown this once")
    .addOption(dataOption())
    .option("--count <number>", "how many, up to 1000", whole(1_000), 1)
    .option("--expires <days>", "good for so many days, up to 400", whole(400), 30)
    .action(async ({ count, expires: days, data }) =>
      steering(program, data, { command: "make-invitations", count, days }, describeMade),
    );
  invitations
    .command("withdraw")
    .description("withdraw invitations that are typed on standard input, one a line")
    .addOption(dataOption())
    .option("--all", "all that can be used, without asking for any")
    .action(async ({ all, data }) => {
      const which = all ? "all" : linesOf(await text(process.stdin));
      if (which.length === 0) return;
      await steering(program, data, { command: "withdraw-invitations", which }, describeWithdrawn);
    });
}

function addOrigins(program: Command, admin: Command): void {
  admin
    .command("origins")
    .description(
      "where the service is reached, signed: phones follow to the first where it answers",
    )
    .command("set")
    .description(
      "name all of them: phones of the command line go there, and browsers stay where they are",
    )
    .argument(
      "<urls...>",
      "such as https://assent.example; in place of ASSENT_ORIGINS, over restarts",
    )
    .addOption(dataOption())
    .action(async (are, { data }) =>
      steering(program, data, { command: "origins", are }, describeOrigins),
    );
}

function addEnds(program: Command, admin: Command): void {
  admin
    .command("ends")
    .description(
      "say that this service ends, signed: people are told, and from that day on texts go by SMS",
    )
    .addOption(dataOption())
    .option("--on <date>", "the day, such as 2027-03-31; it begins at midnight UTC")
    .option("--message <file>", "to people, in your words: up to 500 characters, in UTF-8")
    .option("--withdraw", "it goes on after all")
    .action(async ({ on, message, withdraw, data }, command) => {
      if ((on === undefined) === (withdraw === undefined)) {
        command.error("error: either --on DATE or --withdraw");
      }
      if (on !== undefined) await checkDay(on, command);
      const asked: Extract<Asked, { command: "ends" | "goes-on" }> = withdraw
        ? { command: "goes-on" }
        : { command: "ends", end: { on, message: message ? await words(message) : "" } };
      await steering(program, data, asked, describeEnd);
    });
}

function addNever(program: Command, admin: Command): void {
  const never = admin
    .command("never")
    .description("numbers that get no codes to register; they are typed on standard input");
  const add = (name: "add" | "remove", description: string, said: (done: object) => string) =>
    never
      .command(name)
      .description(description)
      .addOption(dataOption())
      .action(async ({ data }) => {
        openOutput(isJson(program)).say("The number: ");
        const number = (await firstTypedLine(process.stdin))?.trim() ?? "";
        await steering(program, data, { command: `${name}-never`, number }, said);
      });
  add("add", "no code to register is sent there from now on; what the number has, stays", (done) =>
    "added" in done && done.added ? "the number was added" : "the number was there already",
  );
  add("remove", "the number is taken like any other again", (done) =>
    "removed" in done && done.removed ? "the number was removed" : "the number was not there",
  );
  never
    .command("count")
    .description("how many there are")
    .addOption(dataOption())
    .action(async ({ data }) =>
      steering(program, data, { command: "count-never" }, ({ numbers }) =>
        numbers === 1 ? "1 number" : `${numbers} numbers`,
      ),
    );
}

function addEndAccount(program: Command, admin: Command): void {
  admin
    .command("end-account")
    .description(
      "for somebody at the desk without their phone: asks for the number and the code that is sent there, and ends its account",
    )
    .addOption(dataOption())
    .action(async ({ data }) => {
      const { endAccount } = await import("./serve.ts");
      const json = isJson(program);
      await withTypedLines(process.stdin, (nextLine) =>
        endAccount({ data, json }, async (question) => {
          openOutput(json).say(question);
          return (await nextLine())?.trim() ?? "";
        }),
      );
    });
}

function addDrain(program: Command, admin: Command): void {
  const said = ({ drained }: Answers["drain"]) =>
    drained ? "the service is empty, and lets nobody in" : "people are let in";
  const add = (name: "drain" | "undrain", description: string) =>
    admin
      .command(name)
      .description(description)
      .addOption(dataOption())
      .action(async ({ data }) => steering(program, data, { command: name }, said));
  add("drain", "let nobody in, tell who is connected to come again, and wait until they are gone");
  add("undrain", "let people in again; a start does, too");
}

async function steering<C extends Asked>(
  program: Command,
  data: string,
  asked: C,
  sentence: (answer: Answers[C["command"]]) => string,
): Promise<void> {
  const { steer } = await import("./serve.ts");
  await steer({ data, json: isJson(program) }, asked, sentence);
}

function linesOf(typed: string): string[] {
  return typed.split("\n").filter((line) => line.trim() !== "");
}

async function words(file: string): Promise<string> {
  return (await readNamedFile(file)).toString("utf8").trim();
}

async function checkDay(written: string, command: Command): Promise<void> {
  const { startOfDay } = await import("@assent/protocol");
  if (startOfDay(written) === undefined) {
    command.error("error: --on is a day, such as 2027-03-31");
  }
}

function whole(most: number): (written: string) => number {
  return (written) => {
    const number = Number(written);
    if (!/^\d{1,4}$/.test(written) || number < 1 || number > most) {
      throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
    }
    return number;
  };
}
