// The service under test, and what the drill asks of it: SMS codes, accounts, and how it is.
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import {
  accountRequest,
  fetchCode,
  makePhoneAt,
  type Phone,
  proveNumber,
  type ReachedCell,
  reachCell,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import type { Encryption } from "@assent/client/node";
import { type HandleKeys, Intent, parseNumber, type Signed } from "@assent/protocol";
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

/** With an account, and what follows from its number. */
export interface FuzzedPhone extends Phone {
  readonly keys: HandleKeys;
}

export class FuzzedService {
  readonly origin: string;
  /** What all its bare phones share. */
  readonly cell: ReachedCell;
  readonly #process: ChildProcess;
  readonly #stderr: string[];
  #numbers = 0;

  private constructor(cell: ReachedCell, child: ChildProcess, stderr: string[]) {
    this.cell = cell;
    this.origin = cell.origin;
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
    return new FuzzedService(await reachCell(ready), child, stderr);
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

  codeFor(number: string): Promise<string> {
    return fetchCode(this.cell, number);
  }

  /** One that nobody had: codes to one number are limited. */
  newNumber() {
    this.#numbers += 1;
    return parseNumber(`+49151${String(10_000_000 + this.#numbers)}`);
  }

  /** A phone that speaks the contract and is not known. */
  newStranger(): Promise<Phone> {
    return makePhoneAt(this.cell, this.newNumber());
  }

  /** A code that was sent, and the session it is for. */
  async newCode(): Promise<{ session: Uint8Array; code: string }> {
    const phone = await this.newStranger();
    const { session } = await startRegistration(phone);
    return { session, code: await this.codeFor(phone.number) };
  }

  /** What a code was exchanged for; the account is still to be made. */
  async newProof() {
    const phone = await this.newStranger();
    const proved = await proveNumber(this.cell, phone);
    return { ...proved, phone, request: await accountRequest(phone, proved.verified) };
  }

  /** A phone with an account. */
  async newPhone(): Promise<FuzzedPhone> {
    const phone = await this.newStranger();
    return { ...phone, keys: (await turnOn(this.cell, phone)).keys };
  }

  async claimToLeave(phone: Phone): Promise<Signed> {
    const { verified } = await proveNumber(this.cell, phone, { intent: Intent.LEAVE });
    assert.ok(verified.claim);
    return verified.claim;
  }

  /** The SDK, turned on. */
  async newMemoryPhone(encryption: Encryption): Promise<MemoryPhone> {
    const phone = new MemoryPhone(this.newNumber(), encryption);
    await phone.run(async (profile) => {
      await profile.account.turnOn(phone.number, this.origin, ["service"]);
      await profile.account.verify(await this.codeFor(phone.number));
    });
    return phone;
  }
}
