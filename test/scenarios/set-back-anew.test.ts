// A phone that is restored from a copy begins anew: whoever writes to it reaches it, what waited is sent again, people it
// met since find it, and all of it is shown once.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ShownEvent } from "@assent/client/node";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import {
  changedNetwork,
  type MemoryPhone,
  phonesOn,
  phonesThatTexted,
  textsOf,
} from "../memory-phone.ts";
import { TestServer } from "../network.ts";

const numbers: [PhoneNumber, PhoneNumber] = [
  "+4915123456789" as PhoneNumber,
  "+33612345678" as PhoneNumber,
];
const day = 86_400_000;

const noticesOf = (events: readonly ShownEvent[]) =>
  events.flatMap((event) => (event.type === "notice" ? [event.kind] : []));

const statusOf = (phone: MemoryPhone) => phone.run((profile) => profile.account.status());

/** Lets everybody send and take what there is; the texts that each was shown, in order. */
async function settled(...phones: readonly MemoryPhone[]): Promise<string[][]> {
  const shown: string[][] = phones.map(() => []);
  for (let round = 0; round < 3; round += 1)
    for (const [index, phone] of phones.entries()) shown[index]?.push(...(await phone.texts()));
  return shown;
}

describe("a phone that is set back", () => {
  test("begins anew, and whoever writes to it reaches it, both ways, once, visibly", async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesThatTexted(server, numbers);
    const putBack = anna.copied();
    await ben.send(anna, "taken by the profile that was used");
    assert.deepEqual(await anna.texts(), ["taken by the profile that was used"]);
    await anna.send(ben, "sent by it");
    await ben.receive();
    const { generation } = await anna.storedState();
    assert.equal((await statusOf(anna)).setBack, undefined);
    await ben.send(anna, "waits meanwhile");

    putBack();
    const first = await anna.events();
    // Positive control: nothing of what waited came, it is lost with the generation.
    assert.deepEqual(textsOf(first), []);
    const state = await anna.storedState();
    assert.equal(state.generation, generation + 1);
    assert.equal(state.restart, undefined);
    assert.equal((await statusOf(anna)).setBack?.waitsForOwner, false);

    assert.equal((await ben.send(anna, "into the new generation")).state, "sent");
    const events = await anna.events();
    assert.deepEqual(textsOf(events), ["into the new generation"]);
    assert.deepEqual(noticesOf(events), ["restarted"]);
    await anna.send(ben, "an answer");
    const [toAnna, toBen] = await settled(anna, ben);
    assert.deepEqual(toBen, ["an answer"]);
    assert.deepEqual(toAnna, []);
    // What waited is asked about the next day, lost, and sent again.
    ben.now = () => Date.now() + 2 * day;
    const again = await settled(ben, anna);
    assert.deepEqual(again, [[], ["waits meanwhile"]]);
    assert.deepEqual(await settled(ben, anna), [[], []]);
  });

  test("is found by people it met since, and knows them again", async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesOn(server, numbers);
    assert.ok(anna && ben);
    const putBack = anna.copied();
    await ben.send(anna, "hello");
    assert.deepEqual(await anna.texts(), ["hello"]);
    await anna.send(ben, "hello yourself");
    assert.deepEqual(await ben.texts(), ["hello yourself"]);

    putBack();
    assert.deepEqual(await anna.texts(), []);
    assert.equal((await ben.send(anna, "still there?")).state, "sent");
    assert.deepEqual(await anna.texts(), ["still there?"]);
    await anna.send(ben, "I am");
    assert.deepEqual(await ben.texts(), ["I am"]);
    assert.deepEqual(await settled(anna, ben), [[], []]);
  });

  test("goes on with the generation it asked for where the answer was lost", async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesThatTexted(server, numbers);
    const putBack = anna.copied();
    await anna.run((profile) => profile.people.check(ben.number));
    await anna.texts();
    const { generation } = await anna.storedState();
    putBack();
    let lost = 0;
    const { error } = await anna.receive({
      network: (real) =>
        changedNetwork(real, {
          http: async (request, ...more) => {
            const answer = await real.http(request, ...more);
            if (!request.url.endsWith("/RestartDevice")) return answer;
            lost += 1;
            throw new AssentError("unreachable");
          },
        }),
    });
    assert.ok(error instanceof AssentError && error.code === "unreachable");
    assert.equal(lost, 1);
    assert.equal((await anna.storedState()).restart?.generation, generation + 1);
    assert.equal((await ben.send(anna, "meanwhile")).state, "sent");
    assert.deepEqual(await anna.texts(), ["meanwhile"]);
    const state = await anna.storedState();
    assert.deepEqual([state.generation, state.restart], [generation + 1, undefined]);
  });

  test("waits for its owner where that happened in the last month, and says so", async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesThatTexted(server, numbers);
    const setBack = async () => {
      const putBack = anna.copied();
      await anna.texts();
      putBack();
      await anna.texts();
    };
    await setBack();
    const { generation } = await anna.storedState();
    await setBack();
    assert.equal((await anna.storedState()).generation, generation);
    assert.equal((await statusOf(anna)).setBack?.waitsForOwner, true);
    // Nobody is kept waiting for that: with keys that were not used, in a group that begins anew.
    await anna.send(ben, "meanwhile");
    assert.deepEqual(await ben.texts(), ["meanwhile"]);

    await anna.run((profile) => profile.account.beginAnew());
    assert.equal((await anna.storedState()).generation, generation + 1);
    assert.equal((await statusOf(anna)).setBack?.waitsForOwner, false);
    await ben.send(anna, "welcome back");
    assert.deepEqual(await anna.texts(), ["welcome back"]);

    anna.now = () => Date.now() + 31 * day;
    await setBack();
    assert.equal((await anna.storedState()).generation, generation + 2);
  });

  test("that sends with used keys before it knows is read after one new start", async (context) => {
    const server = await TestServer.start(context);
    const [anna, ben] = await phonesThatTexted(server, numbers);
    const putBack = anna.copied();
    for (let count = 0; count < 7; count += 1) {
      await anna.send(ben, `before ${count}`);
      await ben.texts();
    }
    await anna.texts();
    putBack();
    // Nothing but the inbox tells the phone, and sending needs none.
    await anna.send(ben, "with a key that was used");
    assert.deepEqual(await ben.texts(), []);
    await anna.texts();
    assert.deepEqual(await ben.texts(), ["with a key that was used"]);
    assert.deepEqual(await settled(anna, ben), [[], []]);
    const [text] = await anna.run((profile) =>
      profile.conversations.history(ben.number).then((all) => all.slice(-1)),
    );
    assert.equal(text?.state, "delivered");
  });

  test("leaves without beginning anew", async (context) => {
    const server = await TestServer.start(context);
    const [anna] = await phonesThatTexted(server, numbers);
    const putBack = anna.copied();
    await anna.texts();
    putBack();
    const asked: string[] = [];
    const left = await anna.run((profile) => profile.account.turnOff(), {
      network: (real) =>
        changedNetwork(real, {
          http: (request, ...more) => {
            asked.push(new URL(request.url).pathname);
            return real.http(request, ...more);
          },
        }),
    });
    assert.equal(left.kind, "gone");
    assert.deepEqual(asked, ["/assent.v1.AccountService/DeleteAccount"]);
  });
});
