// What a program hears: each event once as far as anybody can know, in order, and by one listener at a time.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { AssentError, type PhoneNumber } from "@assent/protocol";
import { CellForTests, keyPackagesOnly, phoneOn } from "./account/cell-for-tests.ts";
import { TimersForTests } from "./clock/timers-for-tests.ts";
import type { Network } from "./egress/network.ts";
import type { ProfileEvent } from "./events.ts";
import { openProfile, type Profile } from "./profile.ts";
import type { Store } from "./store/store.ts";

const number = "+33612345678" as PhoneNumber;
const unreachable = () => Promise.reject(new AssentError("unreachable"));
const network: Network = { http: unreachable, openSocket: unreachable, close: () => undefined };

let store: Store;
let profile: Profile;

beforeEach(async () => {
  ({ store } = await phoneOn(await CellForTests.make()));
  await reopen();
  for (const text of ["one", "two", "three"])
    await profile.conversations.receiveSms(number, text, 1_700_000_000_000);
});

/** As after a program was killed. */
async function reopen(): Promise<void> {
  profile = await openProfile({
    store,
    network,
    encryption: keyPackagesOnly,
    now: () => 1_800_000_000_000,
    timers: new TimersForTests(),
  });
}

const said = (event: ProfileEvent | undefined) =>
  event?.type === "message"
    ? [event.text.text, ...(event.again ? ["again"] : [])].join(" ")
    : event?.type;

/** All that is heard until there is no connection. */
async function heard(): Promise<unknown[]> {
  const events: unknown[] = [];
  await assert.rejects(
    async () => {
      for await (const event of profile.events({ follow: false })) events.push(said(event));
    },
    { code: "unreachable" },
  );
  return events;
}

describe("an event", () => {
  test("is heard once, and before an error that came behind it", async () => {
    assert.deepEqual(await heard(), ["one", "two", "three"]);
    assert.deepEqual(await heard(), []);
    await reopen();
    assert.deepEqual(await heard(), []);
  });

  test("that a killed program had in its hands comes again, and says so", async () => {
    const events = profile.events({ follow: false });
    assert.equal(said((await events.next()).value as ProfileEvent), "one");
    await reopen();
    assert.deepEqual(await heard(), ["one again", "two again", "three again"]);
  });

  test("that a program stopped at may have been shown, and those behind it were not", async () => {
    for await (const event of profile.events({ follow: false })) if (said(event) === "two") break;
    assert.deepEqual(await heard(), ["two again", "three"]);
  });
});

test("one listens at a time, and the next may once that one has stopped", async () => {
  const events = profile.events({ follow: false });
  await events.next();
  await assert.rejects(profile.events().next(), { code: "profile_in_use" });
  await events.return(undefined);
  assert.equal((await heard()).length, 3);
});

test("a listener that follows is ended by its signal, and hears of what is stored meanwhile", async () => {
  const stop = new AbortController();
  const events: unknown[] = [];
  for await (const event of profile.events({ signal: stop.signal })) {
    events.push(said(event));
    if (events.length === 3)
      void profile.conversations.receiveSms(number, "four", 1_700_000_000_000);
    if (said(event) === "four") stop.abort();
  }
  assert.deepEqual(events, ["one", "two", "three", "four"]);
});
