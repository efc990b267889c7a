// Abuse of mailboxes: filling them through strangers' addresses, watching when a phone comes online, finding out about a
// block, and garbage that a phone must open.
import {
  addKeyPackages,
  mint,
  type OutboxResult,
  openInbox,
  openOutbox,
  type Phone,
  signedCall,
  type TestOutbox,
} from "@assent/bare-phone";
import {
  accountIdOf,
  blindInput,
  EnvelopeStatus,
  EvaluateRequestSchema,
  finalizeBatch,
  handleKeys,
  keyOfEpoch,
  openRecord,
  type PhoneNumber,
  PutOutcome,
  randomBytes,
  sealOf,
  voprfInput,
} from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Lifetime, newPhones } from "../../network.ts";
import { AttackedService } from "./attacked-service.ts";
import { describeNoticed, Friends } from "./bystanders.ts";
import { type AbuseRow, Faults, median, ms } from "./row.ts";
import { takeAll } from "./take-all.ts";

const hourMs = 3_600_000;
const atOnce = 50;
/** Sealed to a device, one envelope has this many bytes at least. */
const garbageBytes = 2_048;

function outcomeOf(result: OutboxResult): string {
  return result.kind === "put"
    ? PutOutcome[result.outcome]
    : result.kind === "error"
      ? result.code
      : "";
}

async function putOne(outbox: TestOutbox, capability: Uint8Array): Promise<string> {
  return outcomeOf(await outbox.resultOf(outbox.put({ capability })));
}

/** That says it is sealed to the device, so that it must be opened to be known for what it is. */
function garbageBody(): Uint8Array<ArrayBuffer> {
  const body = randomBytes(garbageBytes);
  while (sealOf(body) !== "device") body[0] = ((body[0] ?? 0) + 1) % 256;
  return body;
}

/** Garbage, until it is refused or there were so many. How many were taken. */
async function putGarbage(
  outbox: TestOutbox,
  capability: Uint8Array,
  most: number,
): Promise<number> {
  let taken = 0;
  while (taken < most) {
    const count = Math.min(atOnce, most - taken);
    const requests = Array.from({ length: count }, () =>
      outbox.put({ capability, body: garbageBody() }),
    );
    let stored = 0;
    for (const request of requests) {
      if (outcomeOf(await outbox.resultOf(request)) === "STORED") stored += 1;
    }
    taken += stored;
    if (stored < count) break;
  }
  return taken;
}

async function provisionalAddress(by: Phone, accountId: Uint8Array): Promise<Uint8Array> {
  const { devices } = await by.directory.takeKeyPackages({ accountId });
  const [device] = devices;
  if (!device) throw new Error("no device with KeyPackages");
  return device.provisionalCapability;
}

export async function fullMailbox(context: Lifetime): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const owner = await service.member("+4915100000030");
  await addKeyPackages(owner, [], { lastResort: randomBytes(100) });
  const inbox = await openInbox(owner, owner);
  await inbox.until("delivery");
  const [friend] = await mint(inbox);
  if (!friend) throw new Error("no address");
  inbox.webSocket.terminate();

  const attacker = await service.phone("+4915100000031", service.newNetwork());
  const outbox = await openOutbox(attacker);
  const stranger = await service.phone("+4915100000032", service.newNetwork());
  const strangers = await provisionalAddress(stranger, owner.accountId);
  const strangersOutbox = await openOutbox(stranger);
  const friends = await Friends.meet(service, "+4915100000033");
  let taken = 0;
  const started = performance.now();
  const noticed = await friends.during(async () => {
    for (let call = 0; call < 11; call += 1) {
      const capability = await provisionalAddress(attacker, owner.accountId);
      taken += await putGarbage(outbox, capability, 1_000);
    }
  });
  const tookMs = performance.now() - started;
  faults.must(taken === 500, `${taken} envelopes of strangers wait`);
  const knocked = await putOne(strangersOutbox, strangers);
  faults.must(knocked === "mailbox_full", "a stranger is kept out (positive control)");
  const written = await putOne(strangersOutbox, friend.capability);
  faults.must(written === "STORED", `a friend of the owner is answered ${written}`);

  (await takeAll(owner, owner)).inbox.webSocket.terminate();
  const right = await putOne(strangersOutbox, strangers);
  friends.part();
  for (const open of [outbox, strangersOutbox]) open.webSocket.terminate();
  await service.server.stop();
  service.server.clockAheadMs = hourMs;
  await service.server.start();
  const later = await openOutbox({ origin: service.origin, from: service.newNetwork() });
  const after = await putOne(later, strangers);
  later.webSocket.terminate();
  const { refused } = await service.tracesOf();
  faults.must((refused["mailbox_full"] ?? 0) > 0, "the log's counts show that mailboxes are full");
  faults.must(after === "STORED", `an hour after the owner took, a stranger is answered ${after}`);
  faults.must(noticed.refused === 0, `${noticed.refused} texts of friends refused`);
  return {
    title: "Filling a mailbox through strangers' addresses",
    before: "11 anonymous calls and 3 s fill anyone's mailbox, then friends get mailbox_full",
    tried: `11 anonymous calls, then as much as is taken (${ms(tookMs)})`,
    stopped: `${taken} envelopes are taken of all strangers together; other strangers are out until the owner's phone takes them and the next full hour begins (right after it took: ${right})`,
    noticed: `friends of the owner get through; ${describeNoticed(noticed)}`,
    faults: faults.all,
  };
}

export async function watching(context: Lifetime, puts: number): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const owner = await service.member("+4915100000040");
  const inbox = await openInbox(owner, owner);
  await inbox.until("delivery");
  const [open, blocked] = await mint(inbox, 2);
  if (!open || !blocked) throw new Error("no addresses");
  inbox.ask({ case: "blockAddresses", value: { block: [blocked.serial] } });
  await inbox.until("addressesBlocked");
  inbox.webSocket.terminate();
  const outbox = await openOutbox({ origin: service.origin, from: service.newNetwork() });

  const took: Record<"open" | "blocked", number[]> = { open: [], blocked: [] };
  const tickets: { capability: Uint8Array; ticket: Uint8Array }[] = [];
  for (let put = 0; put < puts; put += 1) {
    for (const [name, { capability }] of [
      ["open", open],
      ["blocked", blocked],
    ] as const) {
      const since = performance.now();
      const result = await outbox.resultOf(outbox.put({ capability }));
      took[name].push(performance.now() - since);
      faults.must(outcomeOf(result) === "STORED", `${name}: answered ${outcomeOf(result)}`);
      if (result.kind === "put") tickets.push({ capability, ticket: result.ticket });
    }
  }
  const askAll = async () => {
    const answers = new Set<unknown>();
    for (const asked of tickets) {
      const answer = await outbox.resultOf(outbox.askStatus(asked));
      answers.add(answer.kind === "status" ? answer.status : answer.kind);
    }
    return answers;
  };
  const before = await askAll();
  const { envelopes: waited, inbox: watched } = await takeAll(owner, owner);
  const after = await askAll();
  watched.webSocket.terminate();
  outbox.webSocket.terminate();
  faults.must(waited === puts, `${waited} of ${puts} arrived (positive control)`);
  const allHeld = [before, after].every(
    (answers) => answers.size === 1 && answers.has(EnvelopeStatus.HELD),
  );
  faults.must(allHeld, "a ticket's answer changed when the phone came online");
  const [openMs, blockedMs] = [median(took.open), median(took.blocked)];
  const ratio = Math.max(openMs, blockedMs) / Math.min(openMs, blockedMs);
  faults.must(ratio < 2, `by time a blocked address is told from another (${ratio.toFixed(2)}×)`);
  return {
    title: "Watching when a phone comes online, and finding out about a block",
    before: "anyone watches when a phone comes online; a blocked person can tell",
    tried: `${puts} puts by turns through an address and a blocked one; all ${tickets.length} tickets asked before and after the phone took what waited`,
    stopped: `every ticket was answered alike, before and after; stored after ${ms(openMs)}, blocked after ${ms(blockedMs)} in the middle`,
    noticed: "nothing: the owner's phone took what was not blocked",
    faults: faults.all,
  };
}

/** Finds the account under a number, as anybody with an account can. */
async function accountOf(searcher: Phone, number: string): Promise<Uint8Array> {
  const blinded = blindInput(voprfInput(number as PhoneNumber));
  const asked = { voprfEpoch: 1, blindedElements: [new Uint8Array(blinded.blindedElement)] };
  const body = toBinary(EvaluateRequestSchema, create(EvaluateRequestSchema, asked));
  const request = await signedCall(searcher, "DiscoveryService/Evaluate", body);
  const answer = await searcher.discovery.evaluate({ request });
  const key = keyOfEpoch(searcher.parameters.voprfKeys, 1);
  const [handle] = key ? finalizeBatch(key.publicKey, [blinded], answer) : [];
  if (!handle) throw new Error("not evaluated");
  const { lookupKey, recordKey } = handleKeys(handle);
  const { sealedRecord } = await searcher.directory.getRecord({ lookupKey });
  const record = await openRecord(recordKey, sealedRecord);
  if (!record) throw new Error("no record");
  return accountIdOf(record.rootKey);
}

const fullPool = 500;

/** @param most garbage envelopes: fewer than fill the pool are too few to measure */
export async function garbage(context: Lifetime, most: number): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const [anna, ben] = await newPhones(context, "+4915123456789", "+33612345678");
  if (!anna || !ben) throw new Error("no phones");
  for (const phone of [anna, ben]) await phone.turnOn(service.server);
  // Friends: each has an address of its own for the other.
  await anna.send(ben.number, "hello");
  await ben.receive();
  await ben.send(anna.number, "hello too");
  await anna.receive();
  await ben.receive();
  const timed = async () => {
    const since = performance.now();
    const texts = await ben.texts();
    return { texts, tookMs: performance.now() - since };
  };
  const idle = await timed();
  const attacker = await service.member("+4915100000050");
  const accountId = await accountOf(attacker, ben.number);
  const outbox = await openOutbox(attacker);
  const capability = await provisionalAddress(attacker, accountId);
  const taken = await putGarbage(outbox, capability, most);
  // The first text of a friend has its place among strangers' until the next full hour.
  faults.must(taken >= most - 1, `${taken} of ${most} were taken (positive control)`);
  if (most >= fullPool) {
    const more = await putGarbage(outbox, capability, 1);
    faults.must(more === 0, "more than 500 were taken");
  }
  outbox.webSocket.terminate();
  await anna.send(ben.number, "still here");
  const { texts, tookMs } = await timed();
  faults.must(texts.includes("still here"), "a friend's text behind the garbage is not shown");
  const next = await timed();
  const otherwiseMs = Math.min(idle.tookMs, next.tookMs);
  const eachMs = (tookMs - otherwiseMs) / taken;
  if (most >= fullPool) {
    faults.must(eachMs < 40, `${ms(eachMs)} of the phone's time for each`);
    faults.must(next.tookMs < tookMs, "the next command pays for it once more");
  }
  return {
    title: "Garbage that a phone must open",
    before: "1,000 garbage envelopes cost the phone 8 s, again and again",
    tried: `${taken} envelopes of garbage through an address for strangers, in front of a friend's text`,
    stopped: `at 500, until the next full hour after they were taken; each cost the phone ${ms(eachMs)}, 500 so ${ms(eachMs * 500)}, once`,
    noticed: `the friend's text was shown in the same turn, after ${ms(tookMs)} (with nothing waiting: ${ms(otherwiseMs)})`,
    faults: faults.all,
  };
}
