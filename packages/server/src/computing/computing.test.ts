// What is computed on threads is what would be computed here, while this thread goes on.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { codeOf } from "@assent/bare-phone";
import {
  blindInput,
  finalizeBatch,
  generateSealingKeyPair,
  randomBytes,
  seal,
  unblindedInput,
  utf8,
} from "@assent/protocol";
import { makeVoprfKey } from "../cell/keys.ts";
import { startComputing } from "./computing.ts";
import { createThreadPool } from "./thread-pool.ts";

async function started(context: TestContext) {
  const computing = startComputing();
  context.after(computing.close);
  return { ...computing, key: { epoch: 3, pair: makeVoprfKey() } };
}

test("a seal is opened, and what is none is not, while this thread goes on", async (context) => {
  const { openSealed } = await started(context);
  const pair = await generateSealingKeyPair();
  const data = utf8("bound");
  const sealed = await seal(pair.publicKey, "number", utf8("a number"), data);
  const open = (bytes: Uint8Array) => openSealed(pair.privateKey, "number", bytes, data);
  assert.deepEqual(await open(sealed), utf8("a number"));
  assert.equal(await open(randomBytes(sealed.length)), undefined);

  const opened = Array.from({ length: 20 }, () => open(sealed));
  let isDone = false;
  const all = Promise.all(opened).then(() => {
    isDone = true;
  });
  let turns = 0;
  while (!isDone) {
    await turn();
    turns += 1;
  }
  await all;
  // Opened here, each would hold this thread up, and there would be a few turns for each.
  assert.ok(turns > 1_000, `${turns} turns`);
});

test("an input, and blinded ones, evaluate under the key that is given", async (context) => {
  const { evaluator, key } = await started(context);
  const other = { epoch: 2, pair: makeVoprfKey() };
  const input = utf8("+4915123456789");
  const evaluated = await evaluator.evaluateInput(input, [key, other]);
  for (const [index, { pair }] of [key, other].entries()) {
    const { evaluatedElement, proof, handle } = evaluated[index]!;
    const evaluation = { evaluatedElements: [evaluatedElement], proof };
    const [expected] = finalizeBatch(pair.publicKey, [unblindedInput(input)], evaluation);
    assert.deepEqual(handle, expected);
  }
  const blinded = blindInput(input);
  const batch = await evaluator.evaluateBatch(key, [blinded.blindedElement]);
  assert.deepEqual(finalizeBatch(key.pair.publicKey, [blinded], batch), [evaluated[0]?.handle]);

  const notOfTheGroup = [blinded.blindedElement, new Uint8Array(32).fill(255)];
  assert.equal(await codeOf(evaluator.evaluateBatch(key, notOfTheGroup)), "request_invalid");
  const wrongKey = { epoch: 1, pair: { ...key.pair, publicKey: other.pair.publicKey } };
  await assert.rejects(evaluator.evaluateInput(input, [wrongKey]), { name: "ComputingFailed" });
  assert.equal((await evaluator.evaluateInput(input, [key])).length, 1, "it goes on after that");
});

test("a thread that ends takes its task with it, and no other", async (context) => {
  const script = `
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (task) => {
      if (task === "end") process.exit(1);
      parentPort.postMessage({ kind: "answer", answer: task });
    });`;
  const pool = createThreadPool<string, string>({
    name: "test",
    script: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    threads: 1,
  });
  context.after(pool.close);
  const answers = await Promise.allSettled(["a", "end", "b", "end", "c"].map(pool.run));
  assert.deepEqual(
    answers.map((answer) => (answer.status === "fulfilled" ? answer.value : "failed")),
    ["a", "failed", "b", "failed", "c"],
  );
  await pool.close();
  await assert.rejects(pool.run("late"), { name: "ComputingFailed" });
});
