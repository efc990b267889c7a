// A service that did not know its phones for a while, and a phone that was signed out: keys are kept, so that the same
// device goes on, or the same account with another one, and nobody is warned of a new key.
import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { describe, test } from "node:test";
import type { Profile } from "@assent/client";
import { AssentError, accountIdOf, type PhoneNumber, signingKeyPair } from "@assent/protocol";
import { type MemoryPhone, phonesThatTexted, textsOf } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const german = "+4915123456789" as PhoneNumber;
const french = "+33612345678" as PhoneNumber;

const isSignedOut = (error: unknown) => error instanceof AssentError && error.code === "signed_out";

async function keysOf(phone: MemoryPhone) {
  const { identity } = await phone.storedState();
  assert.ok(identity);
  const { rootPrivateKey, devicePrivateKey } = identity;
  return { account: accountIdOf(signingKeyPair(rootPrivateKey).publicKey), devicePrivateKey };
}

test("a service that ran with another folder for a while goes on with the devices it had", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  await ben.send(anna, "waits");
  await server.stop();
  await rename(server.folder, `${server.folder}-right`);
  await server.start();
  assert.ok(isSignedOut((await anna.receive()).error));
  assert.equal((await anna.run((profile) => profile.account.status())).phase, "ended");
  assert.ok(isSignedOut((await anna.receive()).error), "it is still the other folder");

  await server.stop();
  await rm(server.folder, { recursive: true });
  await rename(`${server.folder}-right`, server.folder);
  await server.start();
  const before = await keysOf(anna);
  assert.deepEqual(await anna.texts(), ["waits"]);
  assert.equal((await anna.run((profile) => profile.account.status())).phase, "on");
  assert.deepEqual(await keysOf(anna), before);
  await anna.send(ben, "it came");
  assert.deepEqual(await ben.texts(), ["it came"]);
});

describe("a service that knows a device again deletes its account", () => {
  const leaving: Readonly<Record<string, (profile: Profile, origin: string) => Promise<unknown>>> =
    {
      "where its owner turns off": (profile) => profile.account.turnOff(),
      "where its owner turns on with another number": (profile, origin) =>
        profile.account.turnOn("+447400654321" as PhoneNumber, origin, ["service"]),
    };
  for (const [when, leave] of Object.entries(leaving)) {
    test(when, async (context) => {
      const server = await TestServer.start(context);
      const [anna, ben] = await phonesThatTexted(server, [german, french]);
      await server.stop();
      await rename(server.folder, `${server.folder}-right`);
      await server.start();
      assert.ok(isSignedOut((await anna.receive()).error));
      await server.stop();
      await rm(server.folder, { recursive: true });
      await rename(`${server.folder}-right`, server.folder);
      await server.start();
      const routeOfAnna = async () =>
        (await ben.run((profile) => profile.people.check(german))).route;
      assert.equal(await routeOfAnna(), "private");
      await anna.run((profile) => leave(profile, server.origin));
      assert.equal(await routeOfAnna(), "sms");
    });
  }
});

test("who is signed out and turns on again is the same account, with another device", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const putBack = anna.copied();
  await anna.run((profile) => profile.account.turnOff());
  putBack();
  assert.ok(isSignedOut((await anna.receive()).error));
  const before = await keysOf(anna);
  const turnOn = async (number: PhoneNumber) => {
    await anna.run(async (profile) => {
      assert.equal(
        (await profile.account.turnOn(number, server.origin, ["service"])).kind,
        "code-sent",
      );
      await profile.account.verify(await server.codeFor(number));
    });
  };
  await turnOn(german);
  const after = await keysOf(anna);
  assert.deepEqual(after.account, before.account);
  assert.notDeepEqual(after.devicePrivateKey, before.devicePrivateKey);

  await anna.send(ben, "here again");
  const events = await ben.events();
  assert.deepEqual(textsOf(events), ["here again"]);
  assert.ok(!events.some((event) => event.type === "notice" && event.kind === "key-changed"));
  await ben.send(anna, "so you are");
  assert.deepEqual(await anna.texts(), ["so you are"]);
  const checked = await ben.run((profile) => profile.people.check(german));
  assert.deepEqual([checked.route, checked.keyChanged], ["private", false]);

  // The positive control: whoever left by themself is another account.
  await anna.run((profile) => profile.account.turnOff());
  await turnOn(german);
  assert.notDeepEqual((await keysOf(anna)).account, before.account);
  assert.equal((await ben.run((profile) => profile.people.check(german))).keyChanged, true);
});

test("who is signed out and turns on with another number is another account", async (context) => {
  const server = await TestServer.start(context);
  const [anna] = await phonesThatTexted(server, [german, french]);
  const putBack = anna.copied();
  await anna.run((profile) => profile.account.turnOff());
  putBack();
  assert.ok(isSignedOut((await anna.receive()).error));
  const { account } = await keysOf(anna);
  const other = "+447400654321" as PhoneNumber;
  await anna.run((profile) => profile.account.turnOn(other, server.origin, ["service"]));
  assert.notDeepEqual((await keysOf(anna)).account, account);
});

test("who is signed out and turns off before turning on again has new keys", async (context) => {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [german, french]);
  const putBack = anna.copied();
  await anna.run((profile) => profile.account.turnOff());
  putBack();
  assert.ok(isSignedOut((await anna.receive()).error));
  const { account } = await keysOf(anna);
  await anna.run(async (profile) => {
    await profile.account.turnOff();
    await profile.account.turnOn(german, server.origin, ["service"]);
    await profile.account.verify(await server.codeFor(german));
  });
  assert.notDeepEqual((await keysOf(anna)).account, account);
  assert.equal((await ben.run((profile) => profile.people.check(german))).keyChanged, true);
});
