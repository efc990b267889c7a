// What an operator says of a service, as phones meet it: only those who were invited join, phones follow a service that moved,
// and one that ends leaves people with SMS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newPhones, type TestPhone, TestServer } from "../network.ts";
import { RecordingProxy } from "../recording-proxy.ts";

const [german, french] = ["+4915123456789", "+33612345678"] as const;

async function say(server: TestServer, ...command: string[]) {
  const { exitCode, stdout, stderr } = await server.operate("--json", "admin", ...command);
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

async function statusOf(phone: TestPhone): Promise<Record<string, unknown>> {
  const [status] = await phone.ok(["status"]);
  return status ?? assert.fail("no status");
}

async function leftBy(phone: TestPhone): Promise<unknown[]> {
  return (await phone.ok(["ledger"])).map(({ declaration }) => declaration);
}

test("an invite-only service asks for an invitation before the number leaves, and takes each once", async (context) => {
  const server = await TestServer.start(context);
  await say(server, "registration", "invite-only");
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  const on = (number: string, ...invited: string[]) => {
    const invitation = invited.flatMap((one) => ["--invitation", one]);
    return ["on", number, "--server", server.origin, "--yes", ...invitation];
  };
  assert.equal(await anna.refused(on(german)), "invitation_needed");
  assert.deepEqual(await leftBy(anna), ["get-parameters"], "the number stayed here");
  assert.equal(await anna.refused(on(german, "7K3M")), "invitation_invalid");
  assert.deepEqual(await leftBy(anna), ["get-parameters"]);
  const { invitations } = await say(server, "invitations", "make");
  const typed = invitations[0].toLowerCase().replaceAll("-", " ");
  await anna.ok(on(german, typed));
  await anna.ok(on(german));
  await anna.ok(["verify", await server.codeFor(german)]);
  assert.equal(await ben.refused(on(french, typed)), "invitation_invalid");
  assert.equal((await statusOf(anna))["phase"], "on");
});

test("phones follow a service that moved, by what it signed, and text on", async (context) => {
  const server = await TestServer.start(context);
  const [former, next] = [
    await RecordingProxy.start(context, server.origin),
    await RecordingProxy.start(context, server.origin),
  ];
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  for (const phone of [anna, ben]) {
    await phone.ok(["on", phone.number, "--server", former.origin, "--yes"]);
    await phone.ok(["verify", await server.codeFor(phone.number)]);
  }
  await anna.send(french, "Before");
  assert.deepEqual(await ben.texts(), ["Before"]);
  // Both are named while both are there; who is connected meanwhile learns it.
  await say(server, "origins", "set", former.origin, next.origin);
  await anna.receive();
  await ben.receive();
  assert.equal((await statusOf(anna))["server"], former.origin, "nobody moves without need");
  assert.equal(next.connections, 0);
  former.cut();
  assert.equal((await anna.send(french, "After"))[0]?.state, "sent");
  assert.deepEqual(await ben.texts(), ["After"]);
  await ben.send(german, "Here too");
  assert.ok((await anna.texts()).includes("Here too"));
  for (const phone of [anna, ben]) assert.equal((await statusOf(phone))["server"], next.origin);
  // Named alone, and with the former one there: they do not go back.
  former.mend();
  await say(server, "origins", "set", server.origin);
  await anna.receive();
  assert.equal((await statusOf(anna))["server"], server.origin);
  await anna.ok(["off", "--yes"]);
});

test("another service at an origin that was signed is not believed: phones stay", async (context) => {
  const server = await TestServer.start(context);
  const other = await TestServer.start(context);
  const door = await RecordingProxy.start(context, server.origin);
  const [anna] = await newPhones(context, german);
  assert.ok(anna);
  await anna.ok(["on", german, "--server", door.origin, "--yes"]);
  await anna.ok(["verify", await server.codeFor(german)]);
  await say(server, "origins", "set", other.origin, door.origin);
  await anna.receive();
  door.cut();
  const tried = (await leftBy(anna)).length;
  assert.equal(await anna.refused(["receive"]), "unreachable");
  const asked = (await leftBy(anna)).slice(tried);
  assert.ok(asked.includes("get-parameters"), "the other one was asked");
  assert.equal((await statusOf(anna))["server"], door.origin);
  door.mend();
  assert.deepEqual(await anna.texts(), []);
});

test("a service that names another's place as its own keeps nobody from going there", async (context) => {
  const [server, other] = [await TestServer.start(context), await TestServer.start(context)];
  await say(server, "origins", "set", server.origin, other.origin);
  const [left, signedOut, another, noCode] = await newPhones(
    context,
    german,
    french,
    french,
    german,
  );
  assert.ok(left && signedOut && another && noCode);
  for (const phone of [left, signedOut]) await phone.turnOn(server);
  await left.ok(["off", "--yes"]);
  await another.turnOn(server);
  assert.equal(await signedOut.refused(["receive"]), "signed_out");
  await noCode.ok(["on", german, "--server", server.origin, "--yes"]);
  for (const phone of [left, signedOut, noCode]) {
    await phone.ok(["on", phone.number, "--server", other.origin, "--yes"]);
    assert.equal((await statusOf(phone))["server"], other.origin);
    await phone.ok(["verify", await other.codeFor(phone.number)]);
  }
});

test("a service that ends is told of, works until that day, and leaves SMS from then on", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await newPhones(context, german, french);
  assert.ok(anna && ben);
  for (const phone of [anna, ben]) await phone.turnOn(server);
  assert.equal((await statusOf(anna))["serviceEnds"], undefined);
  await say(server, "ends", "--on", "2100-03-31");
  await anna.receive();
  assert.deepEqual((await statusOf(anna))["serviceEnds"], { on: "2100-03-31T00:00:00.000Z" });
  const { stdout } = await anna.runPlain(["status"]);
  assert.match(stdout, /This service ends on 2100-03-31: from then on texts go by SMS\./);
  assert.equal((await anna.ok(["check", french]))[0]?.["route"], "private");
  assert.equal((await anna.send(french, "Still here"))[0]?.state, "sent");
  assert.deepEqual(await ben.texts(), ["Still here"]);

  await server.endToday();
  await anna.receive();
  const left = (await leftBy(anna)).length;
  assert.equal((await anna.ok(["check", french]))[0]?.["route"], "sms");
  assert.equal((await anna.handOff(french, "By SMS"))?.state, "handoff");
  const privately = ["send", french, "-m", "Private or not at all", "--route", "private"];
  assert.equal(await anna.refused(privately), "not_private");
  assert.equal((await leftBy(anna)).length, left, "nobody is asked any more");

  await say(server, "ends", "--withdraw");
  await anna.receive();
  assert.equal((await anna.ok(["check", french]))[0]?.["route"], "private");
  assert.equal((await anna.send(french, "It goes on"))[0]?.state, "sent");
  assert.deepEqual(await ben.texts(), ["It goes on"]);
});
