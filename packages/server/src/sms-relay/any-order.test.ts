// Whatever the provider does, wherever the service stops, and in whatever order it is asked: an SMS that may have gone out goes
// out once, what is told of it does not go back, and a refusal says the truth.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import fc from "fast-check";
import type { SmsOutcome } from "../sms/transport.ts";
import { alice, openRelay } from "./relay-for-tests.ts";

type Step =
  | { readonly kind: "ask"; readonly provider: SmsOutcome["kind"] | "stops" }
  | { readonly kind: "restart" | "delivered" | "failed" | "look" };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("ask" as const),
      provider: fc.constantFrom("accepted", "unknown", "refused", "unavailable", "stops" as const),
    }),
    fc.record({ kind: fc.constantFrom("restart", "delivered", "failed", "look" as const) }),
  ),
  { maxLength: 12 },
);

const rank = { none: 0, accepted: 1, "not-known": 1, handed: 2, delivered: 3, failed: 3 };

async function holds(taken: readonly Step[]): Promise<void> {
  const room = await openRelay();
  const device = room.turnOn(alice);
  let { relay, sent } = room;
  const name = await relay.name(device);
  // Keys of SMS that may be on their way.
  const out: string[] = [];
  let told = 0;

  async function step(one: Step): Promise<void> {
    if (one.kind === "restart") ({ relay, sent } = room.start());
    if (one.kind === "delivered" || one.kind === "failed") {
      for (const key of out) sent.reported(key, one.kind);
    }
    if (one.kind !== "ask") return;
    const stopped = Promise.withResolvers<SmsOutcome>();
    const begun = Promise.withResolvers<"begun">();
    room.provider(async ({ key }) => {
      if (one.provider !== "refused" && one.provider !== "unavailable") out.push(key);
      begun.resolve("begun");
      if (one.provider === "stops") return stopped.promise;
      return one.provider === "accepted" ? { kind: "accepted", id: key } : { kind: one.provider };
    });
    const answer = codeOf(room.ask(device, name, { by: relay }));
    const ended = await Promise.race([answer, begun.promise.then(() => one.provider)]);
    if (ended === "stops") ({ relay, sent } = room.start());
    else if ((await answer) !== "accepted") {
      assert.equal(out.length, 0, "a refusal says that nothing went out");
    }
  }

  for (const one of taken) {
    await step(one);
    assert.ok(out.length <= 1, "it went out twice");
    const state = (await room.stateOf(device, name, relay)) ?? "none";
    assert.ok(rank[state] >= told, `${state} after more was known`);
    assert.ok(out.length === 0 || state !== "none", "it went out, and nothing is known of it");
    told = rank[state];
  }
}

test("whatever happens to an SMS, in any order", async () => {
  await fc.assert(fc.asyncProperty(steps, holds), { seed: 138, numRuns: 60 });
});
