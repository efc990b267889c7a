// The queue as its owner's program meets it: it sends by itself, and stops before its store goes.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { AssentError } from "@assent/protocol";
import { handoffTransport } from "../../routes/routes.ts";
import { type ConversingForTests, conversing, friendNumber } from "../conversing-for-tests.ts";
import { GoingOver } from "./going-over.ts";
import { Queue } from "./text-queue.ts";

let on: ConversingForTests;
let queue: Queue;
/** What ends each run of sending, oldest first. */
let runs: PromiseWithResolvers<AssentError | undefined>[];

beforeEach(async () => {
  on = await conversing();
  runs = [];
  queue = new Queue({
    records: on.records,
    now: on.parts.now,
    sms: () => handoffTransport,
    sealing: on.sealing,
    self: () => on.self,
    isOn: () => true,
    hasLine: () => true,
    hasEnded: () => false,
    goingOver: new GoingOver({ records: on.records, sms: () => handoffTransport }),
    flush: () => {
      const run = Promise.withResolvers<AssentError | undefined>();
      runs.push(run);
      return run.promise;
    },
  });
});

test("a text that was taken is sent without anybody asking, and a queue that is closed waits for that", async () => {
  await queue.send(friendNumber, "hello");
  assert.equal(runs.length, 1);
  let isClosed = false;
  const closed = queue.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isClosed, false);
  runs[0]?.resolve(undefined);
  await closed;
});

test("a queue that is closed sends nothing more; what it takes waits for the next that is opened", async () => {
  await queue.close();
  await queue.send(friendNumber, "later");
  queue.kick();
  await queue.flush();
  assert.equal(runs.length, 0);
  assert.equal((await on.records.keys("queue")).length, 1);
});

test("of a text that is not there, each way of asking says the same", async () => {
  const unknown = { code: "text_unknown" };
  await assert.rejects(queue.sendAgain("000000000009"), unknown);
  await assert.rejects(queue.sendAsSms("000000000009"), unknown);
  await assert.rejects(queue.outcome("000000000009"), unknown);
  assert.equal(runs.length, 0);
});
