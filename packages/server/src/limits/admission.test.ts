// Who is let in to what is dear: so many at once, of which one network has half of what is free.

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "@assent/bare-phone";
import { createAdmission } from "./admission.ts";

test("one network has half, the next half of what is left, and all is free again when they are done", async () => {
  const admission = createAdmission({ most: 8, retryAfterSeconds: 5 });
  const done = Promise.withResolvers<void>();
  const under: Promise<string>[] = [];
  /** How many of so many are let in. */
  async function flood(network: string, times: number): Promise<number> {
    let inside = 0;
    const work = async () => {
      inside += 1;
      await done.promise;
    };
    for (let time = 0; time < times; time += 1) {
      under.push(codeOf(admission.admit(network, work)));
    }
    return inside;
  }
  assert.equal(await flood("attacker", 100), 4);
  assert.equal(await flood("village", 100), 2);
  assert.deepEqual([await flood("a", 9), await flood("b", 9), await flood("c", 9)], [1, 1, 0]);
  done.resolve();
  const answers = await Promise.all(under);
  assert.equal(answers.filter((answer) => answer === "rate_limited").length, 227 - 8);
  assert.equal(await flood("c", 9), 4);
  await Promise.all(under);
});

test("who is refused hears at once when to come again; work that fails leaves its place", async () => {
  const admission = createAdmission({ most: 1, retryAfterSeconds: 5 });
  const failing = async () => {
    throw new Error("disk");
  };
  await assert.rejects(admission.admit("a", failing), { message: "disk" });
  const inside = Promise.withResolvers<string>();
  const first = admission.admit("a", () => inside.promise);
  const refused = { code: "rate_limited", retryAfterSeconds: 5 };
  await assert.rejects(admission.admit("b", failing), refused);
  inside.resolve("done");
  assert.equal(await first, "done");
});
