// The service under test, and what the drill asks of it: SMS codes, accounts, and how it is.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Encryption } from "@assent/client/node";
import { parseNumber } from "@assent/protocol";
import {
  accountRequest,
  makePhone,
  type Phone,
  startRegistration,
} from "../../../packages/server/src/phone-for-tests.ts";
import { MemoryPhone } from "../../memory-phone.ts";

export interface ServiceHealth {
  readonly rss: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  /** Since it was asked before. */
  readonly longestStallMs: number;
  /** What it logged as an error, ever. */
  readonly faults: readonly string[];
}

export class FuzzedService {
  readonly origin: string;
  /** Phones written for the server's tests ask here for codes; this drill's ask by HTTP. */
  readonly fakeSms = undefined;
  readonly #process: ChildProcess;
  readonly #stderr: string[];
  #numbers = 0;

  private constructor(origin: string, child: ChildProcess, stderr: string[]) {
    this.origin = origin;
    this.#process = child;
    this.#stderr = stderr;
  }

  static async start(context: TestContext): Promise<FuzzedService> {
    const folder = await mkdtemp(join(tmpdir(), "assent-fuzz-"));
    const program = fileURLToPath(new URL("./service-process.ts", import.meta.url));
    const child = fork(program, [folder], { execArgv: ["--expose-gc"], silent: true });
    const stderr: string[] = [];
    child.stderr?.on("data", (part: Buffer) => stderr.push(part.toString()));
    child.stdout?.resume();
    context.after(async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    });
    const [ready] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => assert.fail(`the service did not start: ${stderr}`)),
    ])) as [{ origin: string }];
    return new FuzzedService(ready.origin, child, stderr);
  }

  async health(): Promise<ServiceHealth> {
    assert.ok(this.#process.connected, `the service ended: ${this.#stderr.join("")}`);
    const answered = once(this.#process, "message");
    this.#process.send("how are you");
    return ((await answered) as [ServiceHealth])[0];
  }

  /** It runs, and met nothing it had no name for. */
  async assertWell(): Promise<ServiceHealth> {
    const health = await this.health();
    assert.deepEqual(health.faults, []);
    assert.equal(this.#stderr.join(""), "");
    return health;
  }

  async codeFor(number: string): Promise<string> {
    const answer = await fetch(`${this.origin}/sms/messages?to=${encodeURIComponent(number)}`);
    const messages = (await answer.json()) as { text: string }[];
    const code = /\b(\d{6})\b/.exec(messages.at(-1)?.text ?? "")?.[1];
    assert.ok(code, "no code was sent");
    return code;
  }

  /** One that nobody had: codes to one number are limited. */
  newNumber() {
    this.#numbers += 1;
    return parseNumber(`+49151${String(10_000_000 + this.#numbers)}`);
  }

  /** A phone that speaks the contract and is not known. */
  newStranger(): Promise<Phone> {
    return makePhone(this, this.newNumber());
  }

  /** What a code was exchanged for; the account is still to be made. */
  async proveNumber(phone: Phone) {
    const { session } = await startRegistration(phone);
    const code = await this.codeFor(phone.number);
    const verified = await phone.registration.verifyCode({ session, code });
    return { session, code, verified, request: await accountRequest(phone, verified) };
  }

  /** A phone with an account. */
  async newPhone(): Promise<Phone & { readonly lookupKey: Uint8Array; accountId: Uint8Array }> {
    const phone = await this.newStranger();
    const { request } = await this.proveNumber(phone);
    const { accountId } = await phone.registration.createAccount(request);
    return { ...phone, lookupKey: request.keys.lookupKey, accountId };
  }

  /** The SDK, turned on. */
  async newMemoryPhone(encryption: Encryption): Promise<MemoryPhone> {
    const phone = new MemoryPhone(this.newNumber(), encryption);
    await phone.run(async (profile) => {
      await profile.turnOn(phone.number, this.origin, ["service"]);
      await profile.verify(await this.codeFor(phone.number));
    });
    return phone;
  }
}
