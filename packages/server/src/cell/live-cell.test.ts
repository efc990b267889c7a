// What a cell publishes: whole, signed, and with a sequence that never falls, whatever happens to clock and process.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CellService,
  ErrorDetailSchema,
  hex,
  limits,
  lowestContract,
  openCell,
  policy,
  policyHash,
} from "@assent/protocol";
import { ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { answeringErrors } from "../wire-errors.ts";
import { makeTestCell } from "./cell-for-tests.ts";
import { cellEdge } from "./edge.ts";
import type { LiveCell } from "./live-cell.ts";

const minute = 60_000;

function rotateSealing(cell: LiveCell): Promise<void> {
  return cell.rotate({ what: ["sealing"], rootKeyFile: undefined });
}

test("it publishes its keys, what it accepts, its limits and where it is", async (context) => {
  const kept = await makeTestCell(context);
  const operator = { name: "Assent", imprint: "Anna\nanna@assent.example", policySupplement: "" };
  const cell = await kept.open({ origins: ["https://assent.example"], operator });
  const { id } = cell.publicSide;
  const { certificateNumber, sequence } = cell.publicSide.published();
  const opened = await openCell(cell.publicSide.published(), { id, certificateNumber, sequence });
  const { parameters } = opened!;
  assert.deepEqual([certificateNumber, sequence], [1, parameters.sequence]);
  assert.equal(parameters.certificateNumber, 1);
  assert.equal(hex(parameters.cellId), hex(id));
  assert.deepEqual(
    parameters.sealingKeys.map(({ epoch, publicKey }) => [epoch, publicKey.length]),
    [[1, 1_216]],
  );
  assert.deepEqual(
    parameters.voprfKeys.map(({ epoch, publicKey }) => [epoch, hex(publicKey)]),
    [[1, hex(cell.voprf.current().pair.publicKey)]],
  );
  assert.deepEqual(
    parameters.policies.map(({ version, hash }) => [version, hex(hash)]),
    [[policy.version, hex(policyHash(policy))]],
  );
  const { $typeName, ...published } = parameters.limits!;
  assert.deepEqual(published, {
    envelopeDays: limits.envelopeDays,
    envelopeBytes: limits.envelopeBytes,
    provisionalEnvelopeBytes: limits.provisionalEnvelopeBytes,
    provisionalEnvelopes: limits.provisionalEnvelopes,
    fullEnvelopes: limits.fullEnvelopes,
    evaluationsAtFirst: 2_000,
    evaluationsPerDay: 100,
  });
  assert.deepEqual([parameters.features, parameters.origins], [[], ["https://assent.example"]]);
  assert.equal(parameters.lowestContract, lowestContract);
  const { name, imprint, policySupplement } = parameters.operator!;
  assert.deepEqual({ name, imprint, policySupplement }, operator);
  assert.deepEqual(await cell.describe(), {
    certificateNumber: 1,
    sequence: Number(sequence),
    sealingEpochs: [1],
    voprfEpochs: [1],
    capabilityEpochs: [1],
    pushEpochs: [1],
    rootKeyHere: true,
  });
});

test("anyone who speaks the contract is told", async (context) => {
  const { publicSide } = await (await makeTestCell(context)).open();
  const refused: string[] = [];
  const answering = answeringErrors({
    unexpected: () => assert.fail("nothing is unexpected"),
    refused: (code) => void refused.push(code),
  });
  const transport = createRouterTransport(
    (router) => void router.service(CellService, cellEdge(publicSide)),
    { router: { interceptors: [answering] } },
  );
  const client = createClient(CellService, transport);
  const { parameters, certificate } = await client.getParameters({ contract: lowestContract });
  assert.ok(await openCell({ parameters: parameters!, certificate: certificate! }));
  await client.getParameters({ contract: lowestContract + 7 });
  await assert.rejects(client.getParameters({}), (error) => {
    const [detail] = ConnectError.from(error).findDetails(ErrorDetailSchema);
    return detail?.code === "request_invalid";
  });
  assert.deepEqual(refused, ["request_invalid"]);
});

test("the sequence rises with every change, and only then", async (context) => {
  const kept = await makeTestCell(context);
  const start = kept.clock.nowMs / minute;
  const sequenceOf = ({ publicSide }: LiveCell) => Number(publicSide.published().sequence);
  const cell = await kept.open();
  assert.equal(sequenceOf(cell), start, "the first is the minute it began in");
  await rotateSealing(cell);
  await rotateSealing(cell);
  assert.equal(sequenceOf(cell), start + 2, "one more at least");
  kept.clock.nowMs += 60 * minute;
  assert.equal(sequenceOf(await kept.open()), start + 2, "nothing changed by a start");
  const origins = ["https://assent.example"];
  const changed = await kept.open({ origins });
  assert.equal(sequenceOf(changed), start + 60, "what is offered changed");
  assert.equal(sequenceOf(await kept.open({ origins })), start + 60);
  kept.clock.nowMs += minute;
  const operator = { name: "Assent", imprint: "", policySupplement: "" };
  assert.equal(sequenceOf(await kept.open({ origins, operator })), start + 61, "and who runs it");
  const again = await kept.open({ origins, operator });
  assert.equal(sequenceOf(again), start + 61);
  // What is only for itself is published too: clients learn of every rotation.
  await again.rotate({ what: ["online"], rootKeyFile: undefined });
  assert.equal(sequenceOf(again), start + 62);
  // A capability key is nothing that clients see.
  await again.rotate({ what: ["capability"], rootKeyFile: undefined });
  assert.equal(sequenceOf(again), start + 62);
});

test("the sequence never falls: across restarts, rotations, clocks that jump and a store that forgot", async (context) => {
  const kept = await makeTestCell(context);
  let cell = await kept.open();
  let known = { id: cell.publicSide.id, certificateNumber: 1, sequence: 0n };
  const look = async () => {
    const opened = await openCell(cell.publicSide.published(), known);
    assert.ok(opened, "a client that saw the ones before believes it");
    const { certificateNumber, sequence } = opened.parameters;
    assert.ok(sequence >= known.sequence);
    known = { ...known, certificateNumber, sequence };
  };
  const setClock = (minutes: number) => async () => {
    kept.clock.nowMs += minutes * minute;
  };
  const [setBack, setAhead] = [setClock(-1_000), setClock(2_000)];
  const rotate = () => rotateSealing(cell);
  const rotateOnline = () => cell.rotate({ what: ["voprf", "online"], rootKeyFile: undefined });
  const start = (origins: () => string[]) => async () => {
    cell = await kept.open({ origins: origins() });
  };
  const restart = start(() => []);
  const offerMore = start(() => [`https://${kept.store.kept.length}.example`]);
  for (const step of [
    ...[setBack, rotate, rotateOnline, restart, offerMore],
    ...[setAhead, restart, offerMore, rotate, rotateOnline],
    ...[setBack, setBack, offerMore, restart, rotateOnline, rotate],
  ]) {
    await step();
    await look();
  }
  // A database that was put back from its backup, while the keys were rotated since.
  kept.clock.nowMs += 5_000 * minute;
  kept.store.kept.length = 1;
  await rotateSealing(cell);
  cell = await kept.open();
  await look();
});

test("nobody is shown parameters before they cannot be forgotten", async (context) => {
  const kept = await makeTestCell(context);
  const cell = await kept.open();
  const before = cell.publicSide.published();
  const { epoch } = cell.capability.current();
  const keep = Promise.withResolvers<void>();
  const keeping = Promise.withResolvers<void>();
  const failing = context.mock.method(kept.store, "keep", () => {
    keeping.resolve();
    return keep.promise;
  });
  const rotated = cell.rotate({ what: ["capability", "sealing"], rootKeyFile: undefined });
  await keeping.promise;
  assert.deepEqual(cell.publicSide.published(), before);
  assert.equal(cell.capability.current().epoch, epoch);
  keep.reject(new Error("the disk is full"));
  await assert.rejects(rotated, /the disk is full/);
  assert.deepEqual(cell.publicSide.published(), before);
  assert.equal(cell.capability.current().epoch, epoch);
  failing.mock.restore();
  // The same again goes well, and so does a start on what the failed one left.
  await rotateSealing(cell);
  assert.ok(cell.publicSide.published().sequence > before.sequence);
  const { sealingEpochs } = await (await kept.open()).describe();
  assert.deepEqual(sealingEpochs, [1, 2, 3], "no epoch is used twice");
});
