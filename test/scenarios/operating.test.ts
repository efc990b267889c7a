// Looking after a service from the command line: what it says of itself, and keys that are rotated while people use it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import {
  accountRequest,
  codeOf,
  fetchCode,
  leave,
  makePhone,
  mint,
  openInbox,
  openOutbox,
  proveNumber,
  reachCell,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import {
  AssentError,
  openCell,
  openDeletionReceipt,
  PutOutcome,
  readInvitation,
} from "@assent/protocol";
import { commandFile } from "../command.ts";
import { TestServer } from "../network.ts";

const earlierVectors = new URL("../vectors/service-before-release/", import.meta.url);

function assent(...args: string[]) {
  return assentWith("", ...args);
}

function assentWith(input: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandFile, ...args], {
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

function ok(...args: string[]): Record<string, unknown> {
  return okWith("", ...args);
}

/** @param input what is typed. */
function okWith(input: string, ...args: string[]): Record<string, unknown> {
  const { status, stdout, stderr } = assentWith(input, ...args, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** What is typed at stays open: a command ends by itself. */
function atTerminal(context: TestContext, ...args: string[]) {
  const command = spawn(process.execPath, [commandFile, ...args, "--json"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  context.after(() => command.kill());
  const lines = createInterface({ input: command.stdout })[Symbol.asyncIterator]();
  return {
    type: (line: string) => command.stdin.write(`${line}\n`),
    line: async () => JSON.parse((await lines.next()).value ?? ""),
    exited: new Promise((resolve) => command.once("exit", resolve)),
  };
}

function refused(...args: string[]): string {
  const { status, stdout, stderr } = assent(...args, "--json");
  assert.deepEqual([status, stdout], [1, ""], stderr);
  return JSON.parse(stderr).error.code;
}

test("status tells what runs, and that nothing does", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const before = ok("admin", "status", ...data);
  assert.equal(before["origin"], server.origin);
  assert.deepEqual(before["counts"], { accounts: 0 });
  assert.equal(before["rootKeyHere"], true);
  assert.equal(server.log.match(/root\.key is still beside the other keys/g)?.length, 1);
  await turnOn(server, await makePhone(server, "+4915123456789"));
  assert.deepEqual(ok("admin", "status", ...data)["counts"], { accounts: 1 });
  const told = assent("admin", "status", ...data);
  assert.equal(told.status, 0);
  assert.match(told.stdout, /^assent \d.* at http.*\ncell [0-9a-f]{64}\n/);
  assert.doesNotMatch(told.stdout, /4915123456789/);
  await server.stop();
  assert.equal(refused("admin", "status", ...data), "no_service");
  assert.equal(refused("keys", "rotate", "--data", join(server.folder, "other")), "no_folder");
});

test("registration is closed and opened, and what cannot be is not", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const set = (state: string) => ok("admin", "registration", state, ...data)["registration"];
  assert.equal(set("closed"), "closed");
  assert.equal(ok("admin", "status", ...data)["registration"], "closed");
  const phone = await makePhone(server, "+4915123456789");
  await assert.rejects(startRegistration(phone), /takes no new numbers|permission_denied/);
  assert.equal(set("open"), "open");
  await startRegistration(phone);
  assert.equal(assent("admin", "registration", "ajar", ...data).status, 2);
});

test("invitations are made, counted, used and withdrawn, and shown once", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  ok("admin", "registration", "invite-only", ...data);
  ok("admin", "origins", "set", "https://assent.example", ...data);
  const made = assent("admin", "invitations", "make", "--count", "3", "--expires", "7", ...data);
  const lines = made.stdout.trim().split("\n");
  assert.equal(lines.length, 3, made.stderr);
  const [first = "", second = ""] = lines.map((line) => line.split("  ")[0]);
  assert.equal(lines[0], `${first}  https://assent.example/#/turn-on/${first}`);
  const counted = () =>
    (ok("admin", "invitations", "count", ...data)["invitations"] as { count: number }[]).reduce(
      (sum, { count }) => sum + count,
      0,
    );
  assert.equal(counted(), 3);
  const anna = await makePhone(server, "+4915123456789");
  await assert.rejects(startRegistration(anna), /invitation/i);
  const { verified } = await proveNumber(server, anna, { invitation: readInvitation(first) });
  const { keys: _, ...request } = await accountRequest(anna, verified);
  await anna.account.createAccount(request);
  assert.equal(counted(), 2);
  const withdraw = (...args: string[]) => ["admin", "invitations", "withdraw", ...args, ...data];
  assert.equal(okWith(`${second}\n\n${first}\n`, ...withdraw())["withdrawn"], 1);
  assert.equal(ok(...withdraw("--all"))["withdrawn"], 1);
  assert.equal(counted(), 0);
  for (const wrong of ["0", "1001", "many"]) {
    assert.equal(assent("admin", "invitations", "make", "--count", wrong, ...data).status, 2);
  }
});

test("a number on the never list is typed on standard input, and shown nowhere", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const number = "+4915123456789";
  const adding = atTerminal(context, "admin", "never", "add", ...data);
  adding.type(number);
  assert.deepEqual(await adding.line(), { added: true });
  assert.equal(await adding.exited, 0);
  assert.equal(ok("admin", "never", "count", ...data)["numbers"], 1);
  await assert.rejects(
    startRegistration(await makePhone(server, number)),
    /sends no SMS to this number/,
  );
  const removed = assentWith(`${number}\n`, "admin", "never", "remove", ...data);
  assert.equal(removed.stdout, "The number: \nthe number was removed\n", removed.stderr);
  assert.equal(ok("admin", "never", "count", ...data)["numbers"], 0);
  const wrong = assentWith("somebody\n", "admin", "never", "add", "--json", ...data);
  assert.deepEqual([wrong.status, JSON.parse(wrong.stderr).error.code], [1, "refused"]);
});

test("an account is ended at the desk: the number is typed, then the code that came there", async (context) => {
  const server = await TestServer.start(context);
  const phone = await makePhone(server, "+4915123456789");
  await turnOn(server, phone);
  const desk = atTerminal(context, "admin", "end-account", "--data", server.folder);
  desk.type(phone.number);
  assert.deepEqual(await desk.line(), { state: "code-sent", codeExpiresInSeconds: 600 });
  desk.type(await fetchCode(server, phone.number));
  assert.deepEqual(await desk.line(), { ended: true });
  assert.equal(await desk.exited, 0);
  assert.deepEqual(ok("admin", "status", "--data", server.folder)["counts"], { accounts: 0 });
});

test("an end is said and taken back, and a day that is none, or over, is not", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const file = join(server.folder, "farewell.txt");
  await writeFile(file, "Thank you all.\nWe move to another village.\n");
  const ends = (...args: string[]) => ["admin", "ends", ...args, ...data];
  const end = { on: "2100-02-28", message: "Thank you all.\nWe move to another village." };
  assert.deepEqual(ok(...ends("--on", end.on, "--message", file))["end"], end);
  assert.deepEqual(ok("admin", "status", ...data)["end"], end);
  const { parameters } = await reachCell(server);
  assert.deepEqual(
    [parameters.end?.atMs, parameters.end?.message],
    [BigInt(Date.UTC(2100, 1, 28)), end.message],
  );
  assert.match(assent("admin", "status", ...data).stdout, /the service ends on 2100-02-28: Thank/);
  assert.equal(refused(...ends("--on", "2020-01-01")), "refused");
  for (const unfit of ["a".repeat(700), "with a\ttab"]) {
    await writeFile(file, unfit);
    const told = assent(...ends("--on", end.on, "--message", file));
    assert.match(
      told.stderr,
      /^assent: The words to people are at most 500 characters.+\[refused\]/,
    );
  }
  await rm(file);
  assert.equal(refused(...ends("--on", end.on, "--message", file)), "file_missing");
  for (const wrong of [[], ["--on", "2100-02-30"], ["--on", end.on, "--withdraw"]]) {
    assert.equal(assent(...ends(...wrong)).status, 2, wrong.join(" "));
  }
  assert.equal(ok(...ends("--withdraw"))["end"], null);
  assert.equal((await reachCell(server)).parameters.end, undefined);
});

test("keys are rotated while phones are half through: one that proved its number asks again, no other notices", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const before = await reachCell(server);
  const known = {
    id: before.cellId,
    certificateNumber: before.certificate.number,
    sequence: before.parameters.sequence,
  };
  // One with an address given out, one with a claim not spent yet, one that only has the parameters.
  const anna = await makePhone(server, "+4915123456789");
  await turnOn(server, anna);
  const inbox = await openInbox(server, anna);
  const [given] = await mint(inbox);
  const ben = await makePhone(server, "+33612345678");
  const { verified } = await proveNumber(server, ben);
  const carl = await makePhone(server, "+447400123456");

  const all = "sealing,voprf,capability,push,online";
  const rotated = ok("keys", "rotate", ...data, "--only", all);
  assert.deepEqual(rotated, {
    certificateNumber: 2,
    sealingEpochs: [1, 2],
    voprfEpochs: [1, 2],
    capabilityEpochs: [1, 2],
    pushEpochs: [1, 2],
    inUse: true,
  });
  const after = await openCell(await publishedBy(server), known);
  assert.ok(after && after.parameters.sequence > known.sequence);

  const outbox = await openOutbox(server);
  const put = await outbox.resultOf(outbox.put({ capability: given!.capability }));
  assert.equal(put.kind === "put" && put.outcome, PutOutcome.STORED);
  await inbox.until("delivery");
  const early = ben.account.createAccount(await accountRequest(ben, verified));
  assert.equal(await codeOf(early), "code_expired");
  const benAgain = await makePhone(server, "+33612345678");
  const { verified: later } = await proveNumber(server, benAgain);
  await benAgain.account.createAccount(await accountRequest(benAgain, later));
  await startRegistration(carl);
  const { answer } = await leave(anna);
  const { receipt, certificate } = answer;
  assert.ok(await openDeletionReceipt(known.id, { receipt: receipt!, certificate: certificate! }));
  assert.equal(ok("admin", "status", ...data)["certificateNumber"], 2);
});

test("a service without its root key goes on; rotated while stopped, it starts with the new keys", async (context) => {
  const server = await TestServer.start(context);
  const data = ["--data", server.folder];
  const before = await openCell(await publishedBy(server));
  await server.stop();
  const away = join(server.folder, "..", "root.key");
  await rename(join(server.folder, "keys", "root.key"), away);
  await server.start();
  assert.equal(server.log.match(/root\.key is still/g)?.length, 1, "of the first start");
  assert.equal(refused("keys", "rotate", ...data), "refused");
  await server.stop();
  assert.equal(refused("keys", "rotate", ...data), "refused");
  assert.equal(ok("keys", "rotate", ...data, "--root-key", away)["inUse"], false);
  await server.start();
  const { id, parameters } = before!;
  const { certificateNumber, sequence } = parameters;
  const after = await openCell(await publishedBy(server), { id, certificateNumber, sequence });
  assert.equal(after?.certificate.number, 2);
  assert.ok(after.parameters.sequence > sequence);
});

// What each leaves in a folder, as it was before the first release.
const earlier: Record<string, { readonly file: string; make(path: string): Promise<void> }> = {
  keys: {
    file: "keys.json",
    make: (path) => cp(new URL("keys.json", earlierVectors), path),
  },
  "a database": {
    file: "assent.db",
    make: async (path) => {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA journal_mode = WAL");
      database.exec(await readFile(new URL("schema.sql", earlierVectors), "utf8"));
      database.close();
    },
  },
};

for (const [name, { file, make }] of Object.entries(earlier)) {
  test(`a folder with ${name} from before the first release is refused in one line, and left as it is`, async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "assent-earlier-"));
    context.after(() => rm(folder, { recursive: true, force: true }));
    await make(join(folder, file));
    const before = await readFile(join(folder, file));
    const serve = ["serve", "--sms", "fake", "--port", "0", "--data", folder];
    const { status, stdout, stderr } = assent(...serve);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /^assent: .*remove keys\.json and assent\.db\*.*\n$/);
    assert.ok(stderr.includes(folder));
    assert.deepEqual(await readdir(folder), [file]);
    assert.deepEqual(await readFile(join(folder, file)), before);
  });
}

test("what is wrongly asked is said, and nothing is done", () => {
  for (const args of [
    ["keys", "rotate", "--only", "everything"],
    ["keys", "rotate", "--only", ""],
    ["keys", "rotate", "--everything"],
    ["keys"],
    ["admin", "stop"],
  ]) {
    const { status, stderr } = assent(...args);
    assert.equal(status, 2, args.join(" "));
    assert.notEqual(stderr, "");
  }
});

/** As it goes out. */
async function publishedBy(server: TestServer) {
  const { cell } = await reachCell(server);
  const { parameters, certificate } = await cell.getParameters({ contract: 1 });
  if (!parameters || !certificate) throw new AssentError("internal");
  return { parameters, certificate };
}
