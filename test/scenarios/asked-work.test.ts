// Work before a code, where a service is under pressure: done by itself, told of, in the ledger; ended where the owner leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePhone, startRegistration } from "@assent/bare-phone";
import { loadMls } from "@assent/client/node";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { MemoryPhone } from "../memory-phone.ts";
import { type Lifetime, newPhones, TestServer } from "../network.ts";

const german = "+4915123456789" as PhoneNumber;

/** Whose day has room for four SMS, two of which went out. */
async function underPressure(context: Lifetime): Promise<TestServer> {
  const environment = { ASSENT_SMS_PER_DAY: "4" };
  const server = await TestServer.start(context, { transport: "fake", environment });
  for (const number of ["+33612345678", "+447400123456"]) {
    await startRegistration(await makePhone({ origin: server.origin }, number));
  }
  return server;
}

test("it is done before the code comes, and said; --json says nothing more than ever", async (context) => {
  const server = await underPressure(context);
  const [anna, ben] = await newPhones(context, german, "+34612345678");
  assert.ok(anna && ben);
  const { stdout, exitCode } = await anna.runPlain([
    ...["on", german, "--server", server.origin],
    "--yes",
  ]);
  assert.equal(exitCode, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.deepEqual(lines.slice(-6, -1), [
    "Your service asks for a little work first…",
    "  25 % done",
    "  50 % done",
    "  75 % done",
    "  100 % done",
  ]);
  assert.match(lines.at(-1) ?? "", /^A code is on its way/);
  await anna.ok(["verify", await server.codeFor(german)]);
  const asked = (await anna.ok(["ledger"])).filter(
    ({ declaration }) => declaration === "start-registration",
  );
  assert.equal(asked.length, 2);

  const said = await ben.ok(["on", ben.number, "--server", server.origin, "--yes"]);
  assert.deepEqual(
    said.map(({ state }) => state),
    [undefined, "code-sent"],
    "the policy, and that a code was sent",
  );
});

test("who leaves meanwhile ends it: no code is sent", async (context) => {
  const server = await underPressure(context);
  await startRegistration(await makePhone({ origin: server.origin }, "+34612345678"));
  const phone = new MemoryPhone(german, await loadMls());
  await phone.run(async ({ account }) => {
    let left: Promise<unknown> | undefined;
    const working = () => {
      left ??= account.turnOff();
    };
    const asked = account.turnOn(german, server.origin, ["service"], { working });
    const isOff = (error: unknown) =>
      error instanceof AssentError && error.code === "consent_required";
    await assert.rejects(asked, isOff);
    await left;
    assert.equal((await account.status()).phase, "off");
  });
  const messages = await fetch(`${server.origin}/sms/messages?to=${encodeURIComponent(german)}`);
  assert.deepEqual(await messages.json(), []);
  await phone.run(({ account }) => account.turnOn(german, server.origin, ["service"]));
  assert.ok(await server.codeFor(german), "who stays gets one");
});
