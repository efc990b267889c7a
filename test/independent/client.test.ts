// The contract seen from outside: a client in another language, written from the documents alone, drives a real service
// to the end. Its bindings are made by protoc from proto/ as it stands.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseNumber } from "@assent/protocol";
import { missingForSecondClient, protoc, python } from "../../scripts/debian-packages.mjs";
import { newPhones, TestServer } from "../network.ts";

const contract = fileURLToPath(new URL("../../proto", import.meta.url));
const client = fileURLToPath(new URL("client.py", import.meta.url));

// The second client's numbers.
const [stays, leaves] = ["+447400100201", "+447400100202"];

const steps = [
  "test vectors",
  "parameters and certificate checked, cell pinned",
  "run by Bücherei",
  "two numbers proved: consent, sealed number, code, claim, evaluation",
  "two accounts made: manifest, record",
  "KeyPackages added: signed request, counter",
  "number evaluated: blinded, with proof",
  "tag found: index, bucket and its hash",
  "record opened: root key, signature",
  "KeyPackage and provisional capability taken",
  "the same of a number that another client turned on",
  "inbox opened: challenge, ready, caught up",
  "full capability minted",
  "come back without a signature",
  "puts stored: one, then three in one frame, each after the one before",
  "delivered in order, under the addresses' serials",
  "acknowledged",
  "status by ticket: held",
  "heartbeats answered",
  "wrong requests refused by number, sockets still open",
  "signed request repeated: counter_behind",
  "left: receipt, certificate, request hash",
  "put to who left: gone",
  "signed out, with a signed ending",
];

describe("a second client, written from the documents alone", () => {
  const missing = missingForSecondClient().join(" ");
  const reason = `needs what this machine does not have: sudo apt-get install ${missing}`;
  let bindings = "";

  before(async () => {
    bindings = await mkdtemp(join(tmpdir(), "assent-bindings-"));
    if (missing !== "") return;
    const files = globSync("**/*.proto", { cwd: contract });
    const made = await finish(protoc, ["-I", contract, "--python_out", bindings, ...files]);
    assert.deepEqual(made, { exitCode: 0, lines: [] });
  });
  after(() => rm(bindings, { recursive: true, force: true }));

  test("computes what the test vectors say", async (context) => {
    if (missing !== "") return context.skip(reason);
    assert.deepEqual(await runClient("--self-test"), { exitCode: 0, lines: ["ok test vectors"] });
  });

  test("goes through every step with a real service, finds the first client, and is found by it", async (context) => {
    if (missing !== "") return context.skip(reason);
    const environment = { ASSENT_NAME: "Bücherei" };
    const server = await TestServer.start(context, { transport: "fake", environment });
    const [phone] = await newPhones(context, parseNumber("+4915123456789"));
    assert.ok(phone);
    await phone.turnOn(server);
    assert.deepEqual(await runClient("--server", server.origin, "--look-up", phone.number), {
      exitCode: 0,
      lines: steps.map((step) => `ok ${step}`),
    });
    assert.deepEqual(await phone.ok(["check", stays]), [{ number: stays, route: "private" }]);
    assert.deepEqual(await phone.ok(["check", leaves]), [{ number: leaves, route: "sms" }]);
  });

  test("says what failed where a service is none", async (context) => {
    if (missing !== "") return context.skip(reason);
    const answersNothing = createServer((_, answer) => answer.end());
    await once(answersNothing.listen(0, "127.0.0.1"), "listening");
    context.after(() => answersNothing.close());
    const { port } = answersNothing.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    assert.deepEqual(await runClient("--server", origin, "--look-up", "+4915123456789"), {
      exitCode: 1,
      lines: ["ok test vectors", "failed: Failed('certificate: a point that is refused')"],
    });
  });

  function runClient(...args: string[]): Promise<Finished> {
    const env = { PYTHONPATH: bindings, PYTHONDONTWRITEBYTECODE: "1" };
    return finish(python, [client, ...args], env);
  }
});

interface Finished {
  readonly exitCode: number | null;
  /** Of what it printed, and after these of what it complained. */
  readonly lines: readonly string[];
}

async function finish(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const running = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [exitCode]] = await Promise.all([
    readAll(running.stdout),
    readAll(running.stderr),
    once(running, "exit") as Promise<[number | null]>,
  ]);
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line !== "");
  return { exitCode, lines };
}
