// What waits for a program that asks for no events: little, however much happens, and nothing that is stored is lost by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Handed, Showing } from "./conversations/history/showing.ts";
import type { ShownEvent } from "./conversations/history/shown.ts";
import { eventsFrom, type ProfileEvent } from "./events.ts";

const notice = (number: string) => ({ type: "notice", kind: "restarted", number }) as ShownEvent;

/** A profile of which a test says what happens to it, and how often it was asked for what is stored. */
function followed() {
  const over = Promise.withResolvers<void>();
  const stored: ShownEvent[] = [];
  const said = { asked: 0, stored: () => {}, connected: (_isConnected: boolean) => {} };
  const showing: Pick<Showing, "next"> = {
    next: async (): Promise<Handed | undefined> => {
      said.asked += 1;
      const events = stored.splice(0);
      return events.length > 0 ? { events, keys: [], stopped: async () => undefined } : undefined;
    },
  };
  const events = eventsFrom({
    showing: showing as Showing,
    receive: (connected) => {
      said.connected = connected;
      return over.promise;
    },
    onStored: (step) => {
      said.stored = step;
      return () => undefined;
    },
    end: () => over.resolve(),
  });
  const store = (number: string) => {
    stored.push(notice(number));
    said.stored();
  };
  return { events, said, store, over };
}

const what = ({ value }: IteratorResult<ProfileEvent, void>) =>
  value?.type === "connection" ? value.connected : value?.type === "notice" ? value.number : value;

test("a thousand commits and connections later, it is asked for what is stored a few times, and hears all that was", async () => {
  const { events, said, store, over } = followed();
  const first = events.next();
  store("0");
  assert.equal(what(await first), "0");
  for (let index = 1; index <= 1_000; index += 1) {
    if (index <= 500) said.connected(index % 2 === 1);
    store(String(index));
    said.stored();
  }
  const before = said.asked;
  const heard: unknown[] = [];
  for (let count = 0; count < 1_001; count += 1) heard.push(what(await events.next()));
  // The last of the connection, among what was stored.
  const numbers = heard.filter((each) => typeof each === "string");
  assert.deepEqual(
    numbers,
    Array.from({ length: 1_000 }, (_, index) => String(index + 1)),
  );
  assert.deepEqual(
    heard.filter((each) => typeof each === "boolean"),
    [false],
  );
  const end = events.next();
  over.resolve();
  assert.equal((await end).done, true);
  assert.ok(said.asked - before < 10, `asked ${said.asked - before} times`);
});

test("a connection that is as it was when it was last heard of is not told again", async () => {
  const { events, said, store } = followed();
  const first = events.next();
  said.connected(true);
  assert.equal(what(await first), true);
  said.connected(false);
  said.connected(true);
  store("1");
  assert.equal(what(await events.next()), "1");
  const next = events.next();
  said.connected(false);
  assert.equal(what(await next), false);
  await events.return();
});
