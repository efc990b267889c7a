// What a service stands on, looked at from inside: disk, open files, clock, and the settings that must fit each other. Changes
// nothing, and sends nothing but a connection to the SMS provider.
import { access, constants, readdir, stat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { mostRelayedParts } from "@assent/protocol";
import type { Config, Folders } from "../config.ts";
import { isShownOnly, lowestPriceOf, tariffOf } from "../sms/chosen-transport.ts";
import { relayBudgetOf } from "../sms-relay/relay-allowance.ts";
import { type Finding, relayOff } from "./doctor.ts";
import { readOpenFilesLimit } from "./open-files.ts";
import type { ServiceStatus } from "./operating.ts";
import { smsFor } from "./relayed-sms.ts";

const mebibyte = 1_048_576;
// Puts are refused below 64 MB: whoever looks wants to know before.
const leastFreeBytes = 256 * mebibyte;
const clockMayDifferMs = 600_000;

/**
 * Of the machine, whether a service runs or not.
 * @param running what it says of its own limit: whoever looks may have another
 * @param connections how many the quotas allow
 */
export async function examineMachine(
  { dataDirectory }: Pick<Folders, "dataDirectory">,
  running: Pick<ServiceStatus, "openFilesLimit"> | undefined,
  connections: number,
  now: number,
): Promise<Finding[]> {
  const files = running
    ? openFiles(running.openFilesLimit ?? undefined, connections, "to the service")
    : openFiles(await readOpenFilesLimit(), connections, "here");
  return [await diskUnder(dataDirectory), files, await clockBeside(dataDirectory, now)];
}

async function diskUnder(directory: string): Promise<Finding> {
  const { bsize, blocks, bavail } = await statfs(directory);
  const free = bavail * bsize;
  const told = `${Math.round(free / mebibyte)} MB of ${Math.round((blocks * bsize) / mebibyte)} MB are free`;
  if (free < leastFreeBytes) return { of: "disk", kind: "wrong", message: `only ${told}` };
  const kind = bavail * 10 < blocks ? "look" : "well";
  return { of: "disk", kind, message: told };
}

function openFiles(limit: number | undefined, connections: number, whose: string): Finding {
  if (limit === undefined || limit >= connections + 256) {
    return {
      of: "open files",
      kind: "well",
      message: `as many as ${connections} connections need`,
    };
  }
  const isFew = limit < 512;
  return {
    of: "open files",
    kind: isFew ? "wrong" : "look",
    message: `${limit} are allowed ${whose}: raise ulimit -n to ${connections + 256} where many connect`,
  };
}

/** What was written here cannot be from the future. */
async function clockBeside(directory: string, now: number): Promise<Finding> {
  const times = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const found = await stat(join(directory, name)).catch(() => undefined);
      return found?.mtimeMs ?? 0;
    }),
  );
  const aheadMs = Math.max(0, ...times) - now;
  return aheadMs > clockMayDifferMs
    ? {
        of: "clock",
        kind: "wrong",
        message: `files here were written ${Math.round(aheadMs / 60_000)} minutes from now: set the clock right`,
      }
    : { of: "clock", kind: "well", message: "nothing here was written later than now" };
}

/** Of settings that can each be read, whether they fit each other and what is around. */
export async function examineSettings(
  config: Config,
  /** Whether the SMS provider lets itself be connected to; undefined where that is not tried. */
  reachProvider: (() => Promise<void>) | undefined,
): Promise<Finding[]> {
  const { sms, push, origins, publicHost, trustedProxies, host, port, metrics } = config;
  const isPublic = origins.some((origin) => origin.startsWith("https:"));
  const found: Finding[] = [];
  const say = (of: Finding["of"], kind: Finding["kind"], message: string) =>
    void found.push({ of, kind, message });

  if (!isShownOnly(sms)) say("sms", "well", `codes are sent by ${sms.transport}`);
  else if (isPublic) say("sms", "wrong", `${sms.transport} shows the codes to whoever looks`);
  else say("sms", "look", `${sms.transport} is for development: it shows the codes`);
  if (reachProvider) {
    await reachProvider().then(
      () => say("sms", "well", "the provider is reached"),
      () => say("sms", "wrong", "the provider is not reached: its host, its port, or a firewall"),
    );
  }
  if (!isPublic) {
    say("origins", "look", "ASSENT_ORIGINS names no https:// origin: phones elsewhere need one");
  } else if (!origins.some((origin) => new URL(origin).hostname === publicHost)) {
    say("origins", "look", `ASSENT_PUBLIC_HOST is ${publicHost}, which none of the origins is`);
  } else say("origins", "well", origins.join(", "));
  if (!push) say("push", "well", "off: nobody is told while the app is closed");
  else if (isPublic) say("push", "well", "browsers are woken by their makers' push services");
  else
    say("push", "look", "it says nowhere who answers for pushes: Apple's push service takes none");
  found.push(relayFinding(config));
  if (isPublic && trustedProxies.length === 0) {
    say(
      "proxy",
      "wrong",
      "ASSENT_TRUSTED_PROXIES is empty: behind a proxy, everybody would be one address",
    );
  } else say("proxy", "well", "whose word for addresses is taken is said");
  await canListen(host, port).then(
    () => say("port", "well", `${host}, port ${port}, is free`),
    () => say("port", "wrong", `${host}, port ${port}, is taken, or not this machine's`),
  );
  if (metrics) {
    const place = `${metrics.host}, port ${metrics.port} (ASSENT_METRICS_PORT),`;
    const isSame = metrics.port === port && port !== 0;
    await (isSame ? Promise.reject() : canListen(metrics.host, metrics.port)).catch(() =>
      say("port", "wrong", `${place} is taken, or not this machine's`),
    );
  }
  const journalFolder = dirname(config.journalFile);
  if (journalFolder !== config.dataDirectory) {
    await access(journalFolder, constants.W_OK | constants.X_OK).catch(() =>
      say(
        "journal",
        "wrong",
        `${journalFolder} (ASSENT_ENDED_JOURNAL) is not there, or not this user's`,
      ),
    );
  }
  return found;
}

/** Whether any would go out, and whether the longest text would. */
function relayFinding({ sms, smsRelay: { isOn, perDay } }: Config): Finding {
  const say = (kind: Finding["kind"], message: string): Finding => ({
    of: "sms relay",
    kind,
    message,
  });
  if (!isOn) return say("well", relayOff);
  if (isShownOnly(sms)) return say("look", `on, and nobody gets them: ${sms.transport} shows them`);
  const paid = smsFor(relayBudgetOf(tariffOf(sms).budgetPerDay), lowestPriceOf(sms));
  if (paid === 0) return say("wrong", "on, and half of the budget does not pay for one SMS");
  const most = Math.min(perDay, paid);
  // Of the day, one calling code leaves at least one SMS to the others.
  const isLongSent = perDay > mostRelayedParts && paid >= mostRelayedParts;
  return isLongSent
    ? say("well", `on: ${most} SMS a day go out at most, at your cost`)
    : say("look", `on: ${most} SMS a day are too few for a text of ${mostRelayedParts}`);
}

function canListen(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}
