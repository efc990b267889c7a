// `assent doctor URL`: what a phone would find on its way to a service, and what nobody should. Asks as anybody may, with no
// number and no account.
import { randomBytes } from "node:crypto";
import { request as askPlainly } from "node:http";
import { request as askWithTls } from "node:https";
import type { TLSSocket } from "node:tls";
import {
  CellService,
  contractVersion,
  openCell,
  type Parameters,
  smsRelay,
} from "@assent/protocol";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { isLoopbackHost } from "../this-machine.ts";

export interface OutsideFinding {
  readonly of:
    | "address"
    | "service"
    | "TLS"
    | "HSTS"
    | "secure context"
    | "Host and Upgrade"
    | "clock"
    | "fake SMS"
    | "figures"
    | "parameters"
    | "sms relay";
  readonly kind: "well" | "look" | "wrong";
  readonly message: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Milliseconds since 1970; of TLS alone. */
  readonly certificateEndsAt: number | undefined;
}

// Of the contract: docs/protocol.md.
const mailboxSubprotocol = "assent.mailbox.v1";
const answerMs = 10_000;
const dayMs = 86_400_000;
const clockMayDifferMs = 120_000;

/** @param text what was typed: the origin of a service */
export async function examineFromOutside(text: string, now: number): Promise<OutsideFinding[]> {
  const found: OutsideFinding[] = [];
  const say = (
    of: OutsideFinding["of"],
    kind: OutsideFinding["kind"],
    message: string,
  ): OutsideFinding[] => {
    found.push({ of, kind, message });
    return found;
  };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/") {
    return say("address", "wrong", "name a service as https://assent.example");
  }
  const isHere = isLoopbackHost(url.host);
  const isTls = url.protocol === "https:";
  let health: Answer;
  try {
    health = await ask(url, "/health");
  } catch (error) {
    const isCertificate = error instanceof Error && /CERT|SSL|TLS/.test(codeOf(error));
    return isCertificate
      ? say("TLS", "wrong", `phones will refuse the certificate (${codeOf(error)})`)
      : say("service", "wrong", `nobody answers there (${codeOf(error)})`);
  }
  if (health.status === 200) say("service", "well", "it is well");
  else if (health.status === 503) say("service", "wrong", "its disk takes nothing");
  else say("service", "wrong", `/health answers ${health.status}: is this the service?`);

  if (isTls || isHere) say("secure context", "well", "browsers run the app there");
  else
    say(
      "secure context",
      "wrong",
      "without TLS browsers do not run the app, nor should phones text",
    );
  if (isTls) {
    const days = Math.floor(((health.certificateEndsAt ?? 0) - now) / dayMs);
    say("TLS", days < 14 ? "look" : "well", `the certificate is good for ${days} days more`);
    if (health.headers["strict-transport-security"]) say("HSTS", "well", "browsers keep to TLS");
    else say("HSTS", "look", "the proxy sends no Strict-Transport-Security");
  }

  const upgrade = await askToUpgrade(url).catch(() => 0);
  if (upgrade === 101) say("Host and Upgrade", "well", "sockets open as the app opens them");
  else if (upgrade === 403) {
    say("Host and Upgrade", "wrong", "the proxy changes Host: the app's own sockets are refused");
  } else if (upgrade === 503) {
    say(
      "service",
      "wrong",
      "it lets nobody in now: it is drained (assent admin status), or no place is free; or the proxy says so for it",
    );
  } else if (upgrade === 429) {
    say(
      "Host and Upgrade",
      "look",
      "the proxy brakes whoever asks from here: ask again in a while",
    );
  } else
    say("Host and Upgrade", "wrong", `no socket opens (${upgrade}): the proxy must pass Upgrade`);

  const dated = Date.parse(String(health.headers["date"] ?? ""));
  if (Math.abs(dated - now) > clockMayDifferMs) {
    say("clock", "look", "its clock and this machine's are minutes apart");
  } else say("clock", "well", "as this machine's");

  const messages = await ask(url, "/sms/messages?to=%2B0").catch(() => undefined);
  if (messages?.status !== 200) say("fake SMS", "well", "codes cannot be read here");
  else if (isHere) say("fake SMS", "look", "--sms fake: codes can be read on this machine");
  else say("fake SMS", "wrong", "--sms fake in public: whoever asks can take any number");

  const figures = await ask(url, "/metrics").catch(() => undefined);
  if (figures?.status === 200) say("figures", "look", "/metrics is open to everybody here");
  else say("figures", "well", "not told here");

  const published = await askForParameters(url).catch(() => undefined);
  if (!published) {
    return say("parameters", "wrong", "phones will not believe what it says of itself");
  }
  say("parameters", "well", "signed, as phones want them");
  return published.features.includes(smsRelay)
    ? say("sms relay", "well", "it offers to send SMS for phones without a SIM")
    : say("sms relay", "well", "it offers no SMS for phones without a SIM");
}

function ask(url: URL, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = requestOf(url)(new URL(path, url), { timeout: answerMs, agent: false });
    asked
      .on("response", (answer) => {
        answer.resume();
        const { validTo } = certificateOf(answer.socket as Partial<TLSSocket>);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          certificateEndsAt: validTo === undefined ? undefined : Date.parse(validTo),
        });
      })
      .on("timeout", () => asked.destroy(new Error("no answer")))
      .on("error", reject)
      .end();
  });
}

/** As the app's own page does; the status of the answer. */
function askToUpgrade(url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      origin: url.origin,
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
      "sec-websocket-protocol": mailboxSubprotocol,
    };
    const asked = requestOf(url)(new URL("/outbox", url), {
      headers,
      timeout: answerMs,
      agent: false,
    });
    asked
      .on("upgrade", (_answer, socket) => {
        socket.destroy();
        resolve(101);
      })
      .on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
      .on("timeout", () => asked.destroy(new Error("no answer")))
      .on("error", reject)
      .end();
  });
}

/** Undefined where no phone would believe them. */
async function askForParameters(url: URL): Promise<Parameters | undefined> {
  const transport = createConnectTransport({
    baseUrl: url.origin,
    httpVersion: "1.1",
    defaultTimeoutMs: answerMs,
    nodeOptions: { agent: false },
  });
  const cell = createClient(CellService, transport);
  const { parameters, certificate } = await cell.getParameters({ contract: contractVersion });
  const opened = parameters && certificate && (await openCell({ parameters, certificate }));
  return opened?.parameters;
}

const requestOf = ({ protocol }: URL) => (protocol === "https:" ? askWithTls : askPlainly);

function certificateOf(socket: Partial<TLSSocket>): { readonly validTo?: string } {
  const certificate = socket.getPeerCertificate?.();
  return certificate?.valid_to ? { validTo: certificate.valid_to } : {};
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "no answer";
}
