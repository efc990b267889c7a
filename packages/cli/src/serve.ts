// `assent serve`, `assent admin` and `assent keys`: what whoever runs a service does. The only file that loads the server,
// and only when one of them is asked for.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { AssentError } from "@assent/protocol";
import type { Answers, Command, RotatedKeys, ServeOptions, ServiceStatus } from "@assent/server";
import { exitCodes, openOutput } from "./output.ts";
import { describeSteered } from "./steered-sentences.ts";

// Where `npm run build` leaves the Messaging app: the server is told, because it does not depend on the app.
const appDirectory = fileURLToPath(
  new URL("dist", import.meta.resolve("@assent/web/package.json")),
);

/** The process is the server. Resolves when it has stopped after SIGTERM or SIGINT. */
export async function serve(options: ServeOptions): Promise<void> {
  const stopping = Promise.withResolvers<void>();
  const stop = () => stopping.resolve();
  // Before anything is loaded, so that no signal finds a half-made server; and for good, because `timeout`, npm and a
  // terminal's Ctrl-C may each give the same signal twice, and a second one must not cut the stopping short.
  process.on("SIGTERM", stop).on("SIGINT", stop);
  const { ConfigError, readConfig, StartRefused, startServer, tellServiceManager } = await import(
    "@assent/server"
  );
  // Whatever it makes is its user's alone, however it was started.
  process.umask(0o077);
  try {
    const server = await startServer(readConfig({ ...options, appDirectory }, process.env));
    process.stdout.write(`assent ready ${server.origin}\n`);
    await tellServiceManager("ready");
    await stopping.promise;
    await tellServiceManager("stopping");
    await server.close();
  } catch (error) {
    // Both say in their message what whoever runs the service has to do.
    if (error instanceof ConfigError) process.exitCode = exitCodes.wrongUsage;
    else if (error instanceof StartRefused) process.exitCode = exitCodes.refused;
    else throw startError(error);
    process.stderr.write(`assent: ${error.message}\n`);
  }
}

function startError(error: unknown): unknown {
  const isPortTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return isPortTaken ? new AssentError("address_in_use", { cause: error }) : error;
}

export type { Answers, Command, ServiceStatus } from "@assent/server";

export interface OperatorOptions {
  readonly data: string;
  readonly json: boolean;
}

export async function showStatus({ data, json }: OperatorOptions): Promise<void> {
  const { askForStatus, readFolders } = await import("@assent/server");
  await tellingRefusals(json, async () => {
    const status = await askForStatus(readFolders({ data }, process.env).operatingSocket);
    openOutput(json).result(status, describeStatus(status));
  });
}

function describeStatus(status: ServiceStatus): string {
  const counts = Object.entries(status.counts).map(([what, count]) => `${count} ${what}`);
  return [
    `assent ${status.version} at ${status.origin}, since ${status.startedAt}`,
    `cell ${status.cellId}`,
    `certificate ${status.certificateNumber}, parameters ${status.sequence}`,
    describeEpochs(status),
    status.rootKeyHere
      ? "the root key is still beside the other keys: move it away"
      : "the root key is not here, as it should be",
    counts.join(", "),
    ...status.sms.map(describeSms),
    ...(status.drained ? ["nobody is let in: assent admin undrain"] : []),
    ...describeSteered(status),
    describeDestruction(status),
  ].join("\n");
}

const smsStates: Readonly<Record<ServiceStatus["sms"][number]["state"], string>> = {
  ready: "takes SMS",
  "not-known": "was not asked for anything yet",
  "not-answered": "gave no fit answer when it was asked last, a while ago",
  throttled: "wants fewer SMS at a time",
  resting: "rests: others are asked first",
  lost: "takes no SMS: the line was lost",
  unreachable: "takes no SMS: it is not reached, or gives no fit answer",
  "not-let-in": "takes no SMS: it does not let this service in",
};

function describeSms({ name, state }: ServiceStatus["sms"][number]): string {
  return `${name} ${smsStates[state]}`;
}

/** Of its folder, or of where it is reached, if that is said. Exits with 1 where anything is wrong. */
export async function examineService({
  data,
  json,
  url,
}: OperatorOptions & { readonly url: string | undefined }): Promise<void> {
  const { examineFolder, examineFromOutside, readFolders } = await import("@assent/server");
  await tellingRefusals(json, async () => {
    tellFindings(
      json,
      url === undefined
        ? await examineFolder(readFolders({ data }, process.env))
        : await examineFromOutside(url, Date.now()),
    );
  });
}

/** Of what a start with these settings would meet; starts nothing. Exits with 1 where anything is wrong. */
export async function checkService(options: ServeOptions & OperatorOptions): Promise<void> {
  const { ConfigError, examineStart, readConfig, StartRefused } = await import("@assent/server");
  await tellingRefusals(options.json, async () => {
    try {
      tellFindings(options.json, await examineStart(readConfig(options, process.env)));
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof StartRefused)) throw error;
      tellFindings(options.json, [{ of: "settings", kind: "wrong", message: error.message }]);
    }
  });
}

function tellFindings(
  json: boolean,
  findings: readonly { readonly of: string; readonly kind: string; readonly message: string }[],
): void {
  for (const finding of findings) {
    const { of, kind, message } = finding;
    openOutput(json).result(finding, `${kind.padEnd(5)}  ${of}: ${message}`);
  }
  if (findings.some(({ kind }) => kind === "wrong")) process.exitCode = exitCodes.refused;
}

/** By the service that runs in the folder: it alone reads its database. */
export async function backUp({
  data,
  json,
  file,
}: OperatorOptions & { readonly file: string }): Promise<void> {
  const { askForBackup, OperatingError, readFolders } = await import("@assent/server");
  const isSeen = !json && process.stderr.isTTY;
  await tellingRefusals(json, async () => {
    const done = await askForBackup(
      readFolders({ data }, process.env).operatingSocket,
      resolve(file),
      ({ done: pages, of }) => {
        if (isSeen) process.stderr.write(`\r${Math.floor((100 * pages) / of)} %`);
      },
    );
    if (isSeen) process.stderr.write("\r");
    const seen = await stat(done.file).catch(() => undefined);
    if (seen?.size !== done.bytes) {
      throw new OperatingError(
        "refused",
        `${done.file} was made where only the service sees it: under systemd it has a /tmp of its own. Name a file below /var/backups/assent.`,
      );
    }
    openOutput(json).result(done, `${done.file}: ${done.bytes} bytes, checked`);
  });
}

/** Has the service that runs in the folder do one thing, and says what came of it. */
export async function steer<C extends Command>(
  { data, json }: OperatorOptions,
  command: C,
  sentence: (answer: Answers[C["command"]]) => string,
): Promise<void> {
  const { askService, readFolders } = await import("@assent/server");
  await tellingRefusals(json, async () => {
    const answer = await askService(readFolders({ data }, process.env).operatingSocket, command);
    openOutput(json).result(answer, () => sentence(answer));
  });
}

/** Asks for the number, has a code sent there, and asks for the code. */
export async function endAccount(
  { data, json }: OperatorOptions,
  ask: (question: string) => Promise<string>,
): Promise<void> {
  const { askService, readFolders } = await import("@assent/server");
  await tellingRefusals(json, async () => {
    const socket = readFolders({ data }, process.env).operatingSocket;
    const number = await ask("The number: ");
    const { session, codeExpiresInSeconds } = await askService(socket, {
      command: "code-to-leave",
      number,
    });
    const output = openOutput(json);
    output.result({ state: "code-sent", codeExpiresInSeconds }, "A code is on its way by SMS.");
    const code = await ask("The code: ");
    const done = await askService(socket, { command: "leave", session, code });
    output.result(done, done.ended ? "The account was ended." : "The number had no account.");
  });
}

const destructions: Readonly<Record<ServiceStatus["destruction"], string>> = {
  "goes-on": "what is over age is destroyed",
  "waits-a-day": "what is over age is destroyed once the clock was right for a day",
  paused:
    "nothing is destroyed by age: the clock jumped, or the service was stopped for long. If the clock is right: assent admin clock-is-right",
};

export function describeDestruction({ destruction }: Pick<ServiceStatus, "destruction">): string {
  return destructions[destruction];
}

function describeEpochs(keys: {
  readonly sealingEpochs: readonly number[];
  readonly voprfEpochs: readonly number[];
  readonly capabilityEpochs: readonly number[];
  readonly pushEpochs: readonly number[];
}): string {
  const { sealingEpochs, voprfEpochs, capabilityEpochs, pushEpochs } = keys;
  const row = (epochs: readonly number[]) => epochs.join(", ");
  return `epochs: sealing ${row(sealingEpochs)}; voprf ${row(voprfEpochs)}; capability ${row(capabilityEpochs)}; push ${row(pushEpochs)}`;
}

export async function rotate(
  options: OperatorOptions & {
    readonly only: readonly RotatedKeys[];
    readonly rootKey?: string;
  },
): Promise<void> {
  const { readFolders, rotateKeys } = await import("@assent/server");
  const { data, json, only: what, rootKey } = options;
  await tellingRefusals(json, async () => {
    const rootKeyFile = rootKey === undefined ? undefined : resolve(rootKey);
    const done = await rotateKeys(readFolders({ data }, process.env), { what, rootKeyFile });
    const from = done.inUse ? "in use now" : "in use from the next start on";
    openOutput(json).result(
      done,
      `rotated: ${what.join(", ")}; ${from}\ncertificate ${done.certificateNumber}; ${describeEpochs(done)}`,
    );
  });
}

/** Says what the service, or its folder, had against it. */
async function tellingRefusals(json: boolean, work: () => Promise<void>): Promise<void> {
  const { OperatingError } = await import("@assent/server");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const { code, message, retry } = error;
    const told = json
      ? JSON.stringify({ error: { code, message, retry } })
      : `assent: ${message} [${code}]`;
    process.stderr.write(`${told}\n`);
    process.exitCode = exitCodes.refused;
  }
}
