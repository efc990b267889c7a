// `npm run drill:restore`, the service's side: a backup is put back, in both orders, and once as it must not be.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhoneNumber } from "@assent/protocol";
import { phonesOn, phonesThatTexted } from "../memory-phone.ts";
import { TestServer } from "../network.ts";
import { type RestoreServiceDrill, restoreServiceDrill } from "./restore-service.ts";

const known = ["+4915123456789", "+33612345678"] as [PhoneNumber, PhoneNumber];
const others = ["+447400654321", "+447400654322", "+447400654323"] as PhoneNumber[];

async function drill(
  context: { after(end: () => unknown): void; diagnostic(line: string): void },
  given: Pick<RestoreServiceDrill, "order" | "start">,
) {
  const server = await TestServer.start(context);
  const [anna, ben] = await phonesThatTexted(server, known);
  const [carol, dave, eve] = await phonesOn(server, others);
  assert.ok(carol && dave && eve);
  const { refusal, ...result } = await restoreServiceDrill({
    ...{ server, anna, ben, carol, dave, eve },
    ...given,
  });
  context.diagnostic(JSON.stringify(result));
  return result;
}

for (const order of ["phones first", "people first"] as const) {
  test(`restore drill of the service, ${order}`, async (context) => {
    const result = await drill(context, { order, start: "restored" });
    assert.deepEqual(result, { lost: [], twice: [], false: [], daveIsBack: false });
  });
}

test("restore drill of the service, positive control: a backup that is started as if it were the database", async (context) => {
  const start = "as if nothing had happened";
  const { lost, daveIsBack } = await drill(context, { order: "people first", start });
  assert.ok(lost.length > 0 && daveIsBack);
});
