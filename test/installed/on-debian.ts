// Types what docs/operating.md says on a clean Debian, in a network of its own, with an SMSC and telephones from elsewhere as the
// provider. Run by installed.test.ts with the root, in which the first step was done; prints JSON of what was found.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type OsmoMsc, ports, startOsmoMsc } from "../smsc/osmo-msc.ts";
import { attachTelephone, type Telephone } from "../smsc/telephone.ts";
import { openMachine } from "./machine.ts";
import { startMoodyProvider } from "./moody-provider.ts";
import { commandsNamed, stepsOf } from "./typed-steps.ts";

const [, , root = "", packageNow = "", packageLater = ""] = process.argv;
const page = new URL("../../docs/operating.md", import.meta.url);
const name = "assent.example";
/** Of the certificate that Caddy makes for itself here. */
const believing = { NODE_EXTRA_CA_CERTS: "/run/caddy/caddy/pki/authorities/local/root.crt" };

const numbers = { anna: "+4915123456789", ben: "+33612345678", carl: "+447400123456" };
const dora = "+34612345678";
const { tried, typed, figure, untilStarted, untilAnswered, untilConnected, untilFigure } =
  openMachine(root, name);

const phone = (who: string, command: string) => `assent --profile ${who} ${command} --json`;
const use = (who: string, command: string) => typed(phone(who, command), believing);
const turnOn = (who: string, number: string) =>
  phone(who, `on ${number} --server https://${name} --yes`);

const delivered = 'assent_sms_reports_total{report="delivered"}';
const codeIn = (sms: string | undefined) => /\b(\d{6})\b/.exec(sms ?? "")?.[1] ?? "";

// What the machine that tests run on is like, whatever that is.
const ofTheMachine = ["disk", "open files"];

function kindsIn(findings: string): Record<string, string> {
  const told = rowsIn(findings).map(({ of = "", kind = "" }): [string, string] => [of, kind]);
  return Object.fromEntries(told.filter(([of]) => !ofTheMachine.includes(of)));
}

function rowsIn(lines: string): Record<string, string>[] {
  const trimmed = lines.trim();
  return trimmed === "" ? [] : trimmed.split("\n").map((line) => JSON.parse(line));
}

const textsIn = (lines: string) =>
  rowsIn(lines)
    .filter(({ type }) => type === "message")
    .map(({ text }) => text);

/** From an empty machine to the first text, but for the first step. */
async function begin() {
  const [, settings = "", check = "", start = "", proxy = "", outside = "", rootKey = "", text] =
    await stepsOf(page, "From an empty machine to the first text");
  if (text === undefined) throw new Error("the page has other steps");
  const checkJson = check.replace("serve --check", "serve --check --json");
  // A fault first, so that the check is seen to see.
  const unset = await tried(checkJson);
  const provider = await startOsmoMsc(...Object.values(numbers).map((number) => number.slice(1)));
  await provider.kill();
  const filled = settings
    .replace("NAME@HOST:PORT", `app@${provider.host}:${ports.smpp}`)
    .replace("PASSWORD'", "secret12'");
  // So that there is something to stop.
  await typed(`${filled}\necho ASSENT_SMS_RELAY=on >> /etc/assent/assent.conf`);
  const unreached = await tried(checkJson);
  await provider.start();
  const checked = kindsIn(await typed(checkJson));
  await typed(start);
  await untilStarted();
  const owner = await typed("stat -c '%U %a' /var/lib/assent /var/lib/assent/keys/voprf.key");
  const outsideJson = `${outside.trim()} --json`;
  const noProxy = await tried(outsideJson, believing);
  await typed(proxy);
  await untilAnswered();
  const unbelieved = await tried(outsideJson);
  const fromOutside = kindsIn(await typed(outsideJson, believing));
  await typed(rootKey);
  const doctor = kindsIn(await typed("runuser -u assent -- assent doctor --json"));
  const received = await typeFirstText(text, provider);
  const found = {
    unset: unset.status,
    unreached: kindsIn(unreached.stdout)["sms"],
    checked,
    owner: owner.trim().split("\n"),
    noProxy: kindsIn(noProxy.stdout),
    unbelieved: kindsIn(unbelieved.stdout),
    fromOutside,
    doctor,
    received,
    moved: [await figure("assent_accounts"), await figure("assent_codes_proved_total")],
  };
  return { provider, found };
}

/** Line by line: each code is known once its SMS came. */
async function typeFirstText(lines: string, { host }: OsmoMsc): Promise<boolean> {
  const telephones = new Map<string, Telephone>();
  for (const [index, who] of ["anna", "ben"].entries()) {
    telephones.set(who, await attachTelephone(host, ports.sgs, index));
  }
  let said = "";
  for (const line of lines.trim().split("\n")) {
    const [, who = ""] = /--profile (\w+)/.exec(line) ?? [];
    const codes = line.includes("CODE") ? await telephones.get(who)?.texts(1) : [];
    said = await typed(line.replace("CODE", codeIn(codes?.at(-1))), believing);
  }
  await untilFigure(delivered, 2);
  for (const telephone of telephones.values()) telephone.close();
  return /Is anybody there\?/.test(said);
}

/** What waits is taken back, and never shown. */
async function oneGoesBySms() {
  await use("ben", `send ${numbers.anna} -m 'I am.'`);
  const answered = textsIn(await use("anna", "receive"));
  const [waits] = rowsIn(await use("anna", `send ${numbers.ben} -m 'It is late.'`));
  await use("anna", `send ${numbers.ben} -m 'It is not.'`);
  const gone = await tried(phone("anna", `send-as-sms ${waits?.["id"]}`), believing);
  const [handoff] = rowsIn(gone.stdout);
  const taken = textsIn(await use("ben", "receive"));
  return { answered, exit: gone.status, state: handoff?.["state"], link: handoff?.["link"], taken };
}

/** The provider is killed and comes back; then another is in its place, who has a bad day. */
async function theProviderFails(provider: OsmoMsc) {
  await provider.kill();
  const meanwhile = await tried(turnOn("carl", numbers.carl), believing);
  await provider.start();
  const carl = await attachTelephone(provider.host, ports.sgs, 2);
  await untilConnected(ports.smpp);
  await typed(turnOn("carl", numbers.carl), believing);
  const [sms] = await carl.texts(1);
  await use("carl", `verify ${codeIn(sms)}`);
  const unavailable = await figure('assent_sms_total{for="code",outcome="unavailable"}');
  await untilFigure(delivered, 3);
  carl.close();
  await provider.close();

  const moody = await startMoodyProvider(provider.host, ports.smpp);
  await untilConnected(ports.smpp);
  await typed(turnOn("dora", dora), believing);
  await use("dora", `verify ${codeIn(moody.submitted.at(-1)?.content.toString("latin1"))}`);
  await moody.saidTwice;
  const arrived = await figure(delivered);
  moody.close();
  return {
    meanwhile: JSON.parse(meanwhile.stderr).error.code,
    unavailable,
    submitted: moody.submitted.length,
    arrived,
    proved: await figure("assent_codes_proved_total"),
  };
}

/** By each command that the page names, then as it was; and with other keys. */
async function lookAfter() {
  const asAssent = (command: string, typing = "") =>
    typed(`echo '${typing}' | runuser -u assent -- ${command} --json`);
  let invitation = "";
  for (const command of await commandsNamed(page, "assent admin ")) {
    // It asks for a code that came by SMS: test/scenarios/operating.test.ts.
    if (command === "assent admin end-account") continue;
    const typing = command.includes("never") ? numbers.carl : invitation;
    // So that the day is never over.
    const said = await asAssent(command.replace("2027-", "2100-"), typing);
    if (command.endsWith("invitations make")) [invitation = ""] = JSON.parse(said).invitations;
  }
  await asAssent("assent admin registration open");
  await asAssent(`assent admin origins set https://${name}`);
  const [rotation = ""] = await stepsOf(page, "Keys");
  await typed(rotation);
  const { registration, invitations, origins, smsRelay, end, drained, ...keys } = JSON.parse(
    await asAssent("assent admin status"),
  );
  const { certificateNumber, sealingEpochs, rootKeyHere } = keys;
  return {
    ...{ registration, invitations, origins, smsRelay, end, drained },
    ...{ certificateNumber, sealingEpochs, rootKeyHere },
  };
}

async function anotherText(from: "anna" | "ben", text: string): Promise<boolean> {
  const to = from === "anna" ? "ben" : "anna";
  await use(from, `send ${numbers[to]} -m '${text}'`);
  return textsIn(await use(to, "receive")).includes(text);
}

/** From the backup that the page has one make. */
async function putBack() {
  const backup = (await stepsOf(page, "From an empty machine to the first text")).at(-1) ?? "";
  await typed(backup);
  const [kept] = await readdir(join(root, "var/backups/assent"));
  for (const commands of await stepsOf(page, "Backup and restore")) {
    await typed(commands.replaceAll("BACKUP", `/var/backups/assent/${kept}`));
  }
  await untilStarted();
  const accounts = await figure("assent_accounts");
  return { accounts, received: await anotherText("ben", "Still here.") };
}

/** To a later version while it runs, and back. */
async function upgrade() {
  const [there = "", back = ""] = await stepsOf(page, "Upgrades");
  const found: unknown[] = [];
  for (const [commands, text] of [
    [there.replace("assent_NEW_amd64.deb", packageLater), "What is new?"],
    [back.replace("assent_FORMER_amd64.deb", packageNow), "What was?"],
  ] as const) {
    const before = await typed("cat /run/assent.pid");
    await typed(commands);
    await untilStarted();
    const status = await typed("runuser -u assent -- assent admin status --json");
    found.push({
      version: JSON.parse(status).version,
      isAnother: (await typed("cat /run/assent.pid")) !== before,
      accounts: await figure("assent_accounts"),
      received: await anotherText("anna", text),
    });
  }
  return found;
}

async function tryAll() {
  await appendFile(join(root, "etc/hosts"), `127.0.0.1 localhost ${name}\n`);
  // What packages ask whether systemd runs.
  await mkdir(join(root, "run/systemd/system"), { recursive: true });
  const { provider, found } = await begin();
  return {
    ...found,
    bySms: await oneGoesBySms(),
    failing: await theProviderFails(provider),
    lookedAfter: await lookAfter(),
    restored: await putBack(),
    upgraded: await upgrade(),
  };
}

// Several times what it takes on a busy machine. What was typed last says at what it hangs.
const alarm = setTimeout(() => {
  const log = join(root, "run/assent.log");
  process.stderr.write(`${existsSync(log) ? readFileSync(log, "utf8") : ""}it hangs\n`);
  process.exit(1);
}, 900_000);
execFileSync("ip", ["link", "set", "lo", "up"]);
execFileSync("mount", ["-t", "proc", "proc", join(root, "proc")]);
const found = await tryAll();
await typed("systemctl stop assent\nsystemctl stop caddy");
clearTimeout(alarm);
process.stdout.write(`${JSON.stringify(found)}\n`);
