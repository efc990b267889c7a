// `npm run drill:time`: clocks that jump by days and years, by libfaketime, in real processes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findFaketime } from "../../scripts/debian-packages.mjs";
import { newProcessPhones, TestServer } from "../network.ts";
import { timeDrill } from "./time.ts";

const library = findFaketime();
const numbers = ["+4915123456789", "+33612345678"] as const;
const strangers = [0, 1, 2, 3, 4].map((digit) => `+44740065432${digit}`);

test("time drill", { skip: library ? false : "libfaketime is not there" }, async (context) => {
  assert.ok(library);
  // Every process that is started from here on reads this clock; timers go on by the machine's.
  process.env["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
  process.env["DONT_FAKE_MONOTONIC"] = "1";
  const setClock = (days: number) => {
    process.env["FAKETIME"] = `${days < 0 ? "-" : "+"}${Math.abs(days)}d`;
    process.env["LD_PRELOAD"] = library;
  };
  setClock(0);
  const server = await TestServer.start(context);
  const [anna, ben, ...others] = await newProcessPhones(context, ...numbers, ...strangers);
  assert.ok(anna && ben);
  await anna.turnOn(server);
  await ben.turnOn(server);
  const result = await timeDrill({
    server,
    anna,
    ben,
    strangers: others,
    setClock,
    progress: (line) => context.diagnostic(line),
  });
  context.diagnostic(JSON.stringify(result));
  assert.deepEqual([result.lost, result.twice, result.false], [[], [], []]);
});
