// A real service in a process of its own, as it is behind a proxy that it trusts: the drill is that proxy, so that phones come
// from whatever address they say. All on this machine.
import { readdir, readFile } from "node:fs/promises";
import {
  codeOf,
  makePhone,
  type Phone,
  proveNumber,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { type Lifetime, TestServer } from "../../network.ts";

export interface Computed {
  readonly serving: number;
  readonly all: number;
}

export class AttackedService {
  readonly server: TestServer;
  #given = 0;

  private constructor(server: TestServer) {
    this.server = server;
  }

  static async start(
    context: Lifetime,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<AttackedService> {
    const trusting = { ASSENT_TRUSTED_PROXIES: "127.0.0.1", ...environment };
    const sms = { transport: "fake", environment: trusting };
    return new AttackedService(await TestServer.start(context, sms));
  }

  get origin(): string {
    return this.server.origin;
  }

  /** An address of a network that nobody came from before. */
  newNetwork(): string {
    this.#given += 1;
    return `100.${64 + (this.#given >> 8)}.${this.#given & 255}.1`;
  }

  phone(number: string, from: string): Promise<Phone> {
    return makePhone({ origin: this.origin, from }, number);
  }

  /** A phone that is on. Its SMS is read on this machine, past the proxy. */
  async member(number: string, from = this.newNetwork()): Promise<Phone> {
    const phone = await this.phone(number, from);
    await turnOn({ origin: this.origin }, phone);
    return phone;
  }

  /** Asks for a code. */
  askCode(phone: Phone): Promise<string> {
    return codeOf(startRegistration(phone));
  }

  /** Proves a number from where it says, by the SMS that comes. */
  prove(phone: Phone): Promise<string> {
    return codeOf(proveNumber({ origin: this.origin }, phone));
  }

  /** What its lines of counts say together, once it was stopped; and all that it logged. */
  async tracesOf(): Promise<{ readonly refused: Record<string, number>; readonly log: string }> {
    await this.server.stop();
    const { log } = this.server;
    const refused: Record<string, number> = {};
    for (const line of log.split("\n").filter((one) => one.includes('"the last minute"'))) {
      const counts = (JSON.parse(line) as { refused: Record<string, number> }).refused;
      for (const [code, count] of Object.entries(counts)) {
        refused[code] = (refused[code] ?? 0) + count;
      }
    }
    return { refused, log };
  }

  async smsTo(number: string): Promise<number> {
    const answer = await fetch(`${this.origin}/sms/messages?to=${encodeURIComponent(number)}`);
    return ((await answer.json()) as unknown[]).length;
  }

  /** What its threads have computed so far, in milliseconds: the one that serves everybody, and all. */
  async computedMs(): Promise<Computed> {
    const folder = `/proc/${this.server.pid}/task`;
    const threads = await readdir(folder);
    const spent = threads.map(async (thread) => {
      const [nanoseconds] = (await readFile(`${folder}/${thread}/schedstat`, "utf8")).split(" ");
      return Number(nanoseconds) / 1_000_000;
    });
    const all = (await Promise.all(spent)).reduce((sum, one) => sum + one, 0);
    return { serving: (await spent[threads.indexOf(String(this.server.pid))]) ?? 0, all };
  }
}
