// Time passes, for the service, for the phones and for the clock that the MLS library reads by itself: a phone that connects
// now and then is reached by new people at every age, one that was away too, and no clock that is wrong loses a text.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { type MemoryPhone, phonesOn, phonesThatTexted } from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const day = 86_400_000;
const numbers = [
  "+4915123456789",
  "+33612345678",
  "+447400654321",
  "+447400654322",
] as PhoneNumber[];

/** Sets the clock of this process: of every phone, and of the library. */
function clockOfPhones(context: { after(end: () => void): void }) {
  const startMs = Date.now();
  mock.timers.enable({ apis: ["Date"], now: startMs });
  context.after(() => mock.timers.reset());
  return {
    set: (days: number) => mock.timers.setTime(startMs + days * day),
  };
}

/** As a phone does that its owner has with them. */
function withClock(...phones: readonly MemoryPhone[]): void {
  for (const phone of phones) phone.now = () => Date.now();
}

async function goOn(server: TestServer, days: number): Promise<void> {
  await server.stop();
  server.clockAheadMs = days * day;
  await server.start();
}

test("a phone that connects now and then is reached by new people on day 31, 91 and 400", async (context) => {
  const clock = clockOfPhones(context);
  const server = await TestServer.start(context);
  const [anna, ...strangers] = await phonesOn(server, numbers.slice(0, 4));
  assert.ok(anna);
  withClock(anna, ...strangers);
  const met = [31, 91, 400];
  // Connected on day 85 for the last time before day 91: what was made on day 0 was live then, and is not any more.
  for (let days = -5; days <= 400; days += 30) {
    for (const [index, on] of met.entries()) {
      if (on < days || on >= days + 30) continue;
      clock.set(on);
      await goOn(server, on);
      const stranger = strangers[index];
      assert.ok(stranger);
      assert.equal((await stranger.send(anna, `on day ${on}`)).state, "sent");
    }
    clock.set(days + 30);
    const expected = met.filter((on) => on >= days && on < days + 30).map((on) => `on day ${on}`);
    assert.deepEqual(await anna.texts(), expected);
  }
});

// On day 110 all KeyPackages for single use have outlived themselves: there is the last resort.
for (const days of [89, 110]) {
  test(`a phone that was away for ${days} days is reached by new people`, async (context) => {
    const clock = clockOfPhones(context);
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesOn(server, numbers.slice(0, 2));
    assert.ok(anna && ben);
    withClock(anna, ben);
    clock.set(days);
    await goOn(server, days);
    assert.equal((await ben.send(anna, `after ${days} days`)).state, "sent");
    assert.deepEqual(await anna.texts(), [`after ${days} days`]);
  });
}

test("a phone whose clock is ten years off keeps its texts to new people, and says of none that it was not delivered", async (context) => {
  const clock = clockOfPhones(context);
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesOn(server, numbers.slice(0, 2));
  assert.ok(anna && ben);
  withClock(anna, ben);
  for (const years of [-10, 10]) {
    clock.set(years * 365);
    assert.equal((await anna.send(ben, `${years} years off`)).state, "queued");
  }
  clock.set(0);
  await anna.texts();
  assert.deepEqual(await ben.texts(), ["-10 years off", "10 years off"]);
});

test("a conversation goes on while the clock of one phone is ten years off, and after it came right", async (context) => {
  const clock = clockOfPhones(context);
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [
    numbers[0] as PhoneNumber,
    numbers[1] as PhoneNumber,
  ]);
  withClock(anna, ben);
  for (const years of [10, -10, 0]) {
    clock.set(years * 365);
    assert.equal((await anna.send(ben, `written ${years} years off`)).state, "sent");
    await anna.texts();
    clock.set(0);
    assert.deepEqual(await ben.texts(), [`written ${years} years off`]);
    await ben.send(anna, "read");
    clock.set(years * 365);
    assert.deepEqual(await anna.texts(), ["read"]);
  }
  clock.set(0);
  const texts = await anna.run((profile) => profile.conversations.history(ben.number));
  assert.deepEqual(
    texts.filter(({ outgoing }) => outgoing).map(({ state }) => state),
    Array(4).fill("delivered"),
  );
});

test("a conversation that was idle for 91 days goes on with the next text, at once", async (context) => {
  const clock = clockOfPhones(context);
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, [
    numbers[0] as PhoneNumber,
    numbers[1] as PhoneNumber,
  ]);
  withClock(anna, ben);
  // Both connect meanwhile, and nobody writes.
  clock.set(61);
  await goOn(server, 61);
  await ben.texts();
  await anna.texts();
  clock.set(91);
  await goOn(server, 91);
  assert.equal((await anna.send(ben, "after 91 days")).state, "sent");
  assert.deepEqual(await ben.texts(), ["after 91 days"]);
  await ben.send(anna, "still here");
  assert.deepEqual(await anna.texts(), ["still here"]);
});

test("who was away for 100 days learns what became of every text", async (context) => {
  const clock = clockOfPhones(context);
  const server = await TestServer.start(context);
  const [anna, ben, carol] = await phonesOn(server, numbers.slice(0, 3));
  assert.ok(anna && ben && carol);
  withClock(anna, ben, carol);
  await anna.send(ben, "taken, and never said so");
  await anna.send(carol, "never taken");
  // Ben's phone takes it; what it answers is lost with the phone.
  await ben.texts();
  clock.set(100);
  await goOn(server, 100);
  await anna.texts();
  const stateTo = async ({ number }: MemoryPhone) =>
    (await anna.run((profile) => profile.conversations.history(number))).map(({ state }) => state);
  assert.deepEqual([await stateTo(ben), await stateTo(carol)], [["not-known"], ["not-delivered"]]);
});
