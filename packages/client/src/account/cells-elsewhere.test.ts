// What a phone makes of where a cell says that it is reached, and of its end: it asks elsewhere when it must, believes there
// what the pinned root key vouches for alone, and nothing that is not fit to be shown.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AssentError } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Service } from "../egress/service.ts";
import { CellSchema } from "../store/records.ts";
import { CellForTests, cellUrl, newPhone, type PhoneForTests } from "./cell-for-tests.ts";
import { Cells } from "./cells.ts";

const next = "https://next.example";
const dayMs = Date.UTC(2100, 2, 31);

let cell: CellForTests;
let phone: PhoneForTests;
let clock: { nowMs: number };
/** Who answers where; nobody else does. */
let there: Map<string, CellForTests>;
let asked: string[];

beforeEach(async () => {
  cell = await CellForTests.make();
  phone = await newPhone();
  there = new Map([[cellUrl, cell]]);
  asked = [];
  clock = { nowMs: 0 };
  await phone.state.change({ cell: create(CellSchema, { url: cellUrl }) });
});

function open(isOfOnePage?: boolean): Cells {
  const service = (url: string) => {
    const getParameters = async () => {
      asked.push(url);
      const answering = there.get(url);
      if (!answering) throw new AssentError("unreachable");
      return answering.parameters();
    };
    return { cell: { getParameters } } as unknown as Service;
  };
  return new Cells(phone.state, service, () => clock.nowMs, isOfOnePage);
}

function says(changes: CellForTests["changes"]): void {
  cell.changes = changes;
  cell.sequence += 1n;
}

test("a cell that is reached elsewhere by now is asked there from then on", async () => {
  const cells = open();
  await cells.refresh();
  says({ origins: [next] });
  there.set(next, cell);
  assert.equal((await cells.refresh()).url, next);
  asked = [];
  await cells.refresh();
  assert.deepEqual(asked, [next]);
  assert.equal(open().current.url, next, "it is kept");
});

test("where it is still named, or is not there yet, or a page cannot ask, it is asked where it was", async () => {
  const cells = open();
  for (const origins of [[next, cellUrl], [next], []]) {
    says({ origins });
    assert.equal((await cells.refresh()).url, cellUrl);
  }
  says({ origins: [next] });
  there.set(next, cell);
  asked = [];
  assert.equal((await open(true).refresh()).url, cellUrl);
  assert.deepEqual(asked, [cellUrl]);
});

test("where it is not reached it is looked for at its other origins, and what was asked is asked there", async () => {
  const cells = open();
  says({ origins: ["https://gone.example", cellUrl, next] });
  await cells.refresh();
  there = new Map([[next, cell]]);
  asked = [];
  const tried: string[] = [];
  const attempt = async ({ url }: { readonly url: string }) => {
    tried.push(url);
    if (!there.has(url)) throw new AssentError("unreachable");
    return url;
  };
  assert.equal(await cells.withKeys(attempt), next);
  assert.deepEqual(tried, [cellUrl, next]);
  assert.deepEqual(asked, ["https://gone.example", next]);
  there.clear();
  await assert.rejects(cells.withKeys(attempt), { code: "unreachable" });
  assert.equal(cells.current.url, next);
});

test("another cell there, or this one as it was before, is not believed", async () => {
  const cells = open();
  says({ origins: [cellUrl, next] });
  await cells.refresh();
  const impostor = await CellForTests.make();
  impostor.sequence = 1_000n;
  there = new Map([[next, impostor]]);
  assert.equal(await cells.lookElsewhere(), false);
  cell.sequence -= 1n;
  there.set(next, cell);
  assert.equal(await cells.lookElsewhere(), false, "of before");
  assert.equal(cells.current.url, cellUrl);
  cell.sequence += 1n;
  assert.equal(await cells.lookElsewhere(), true);
});

test("what is no address of a service is not asked, and of too many nothing is believed", async () => {
  const cells = open();
  says({ origins: ["http://plain.example", "ftp://files.example", `${next}/path`, next, "next"] });
  await cells.refresh();
  assert.deepEqual(cells.current.origins, [next]);
  says({ origins: Array(9).fill(next) });
  await assert.rejects(cells.refresh(), { code: "service_untrusted" });
});

test("the end is told as it was signed, has come with its day, and can be taken back", async () => {
  const cells = open();
  assert.equal(cells.hasEnded, false);
  says({ end: { atMs: BigInt(dayMs), message: "Thank you all." } });
  const { end } = await cells.refresh();
  assert.deepEqual([end?.atMs, end?.message], [BigInt(dayMs), "Thank you all."]);
  clock.nowMs = dayMs - 1;
  assert.equal(cells.hasEnded, false);
  clock.nowMs = dayMs;
  assert.equal(cells.hasEnded, true);
  says({});
  await cells.refresh();
  assert.equal(cells.hasEnded, false);
});

test("an end that nobody signed, or that is not fit to be shown, is refused", async () => {
  const cells = open();
  await cells.refresh();
  for (const end of [
    { atMs: BigInt(dayMs) + 1n },
    { atMs: 0n },
    { atMs: BigInt(dayMs), message: "\u202eyadoT" },
  ]) {
    says({ end });
    await assert.rejects(cells.refresh(), { code: "service_untrusted" });
  }
  says({ end: { atMs: BigInt(dayMs) } });
  const signed = await cell.parameters();
  cell.parameters = async () => ({
    ...signed,
    parameters: { ...signed.parameters, encoded: changed(signed.parameters.encoded) },
  });
  await assert.rejects(cells.refresh(), { code: "service_untrusted" });
  assert.equal(cells.current.end, undefined);
  cell.parameters = async () => signed;
  assert.ok((await cells.refresh()).end);
});

function changed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const other = new Uint8Array(bytes);
  other[other.length - 2] = (other.at(-2) ?? 0) ^ 1;
  return other;
}
