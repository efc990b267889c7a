// `npm run drill:restore`, the phone's side: an older copy of a profile is put back, in real processes, in both orders.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findFaketime } from "../../scripts/debian-packages.mjs";
import { newProcessPhones, TestServer } from "../network.ts";
import { restorePhoneDrill } from "./restore-phone.ts";

const library = findFaketime();

for (const order of ["phone first", "people first"] as const) {
  const skip = library ? false : "libfaketime is not there";
  test(`restore drill of a phone, ${order}`, { skip }, async (context) => {
    assert.ok(library);
    const daysLater = (days: number) => {
      process.env["LD_PRELOAD"] = library;
      process.env["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
      process.env["DONT_FAKE_MONOTONIC"] = "1";
      process.env["FAKETIME"] = `+${days}d`;
    };
    daysLater(0);
    const server = await TestServer.start(context);
    const [anna, ben, carol] = await newProcessPhones(
      context,
      "+4915123456789",
      "+33612345678",
      "+447400654321",
    );
    assert.ok(anna && ben && carol);
    for (const phone of [anna, ben, carol]) await phone.turnOn(server);
    const result = await restorePhoneDrill({ anna, ben, carol, order, daysLater });
    context.diagnostic(JSON.stringify(result));
    assert.deepEqual([result.lost, result.twice, result.false], [[], [], []]);
    assert.ok(result.restarted.anna > 0, "conversations begin anew visibly");
  });
}
