// Abuse of what anybody may ask: starts that were recorded or are garbage, and KeyPackages.
import { setTimeout as delay } from "node:timers/promises";
import { addKeyPackages, startRequest } from "@assent/bare-phone";
import { randomBytes, StartRegistrationRequestSchema } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Lifetime } from "../../network.ts";
import { connections, costOf, openAgent, send } from "./asking.ts";
import { AttackedService, type Computed } from "./attacked-service.ts";
import { describeNoticed, Friends } from "./bystanders.ts";
import { type AbuseRow, Faults, ms } from "./row.ts";

const start = "/assent.v1.RegistrationService/StartRegistration";
// In times GET /health. One that was never seen must be opened, on another thread, before anybody knows that it is garbage.
const mostForGarbage: Computed = { serving: 40, all: 100 };
const rounds = 5;
const asksHealth = "GET /health";
const freshGarbage = "fresh garbage";
/** 154 KB/s of starts of 1.4 KB. */
const perSecond = 110;

export interface StartsMeasured {
  /** How many of those that must be opened; of the others 1,250. */
  readonly opened: number;
  /** What any other may cost, in times GET /health. */
  readonly mostForRefused: number;
  /** What nobody would call waiting, whatever else the machine does. */
  readonly leastNoticedMs: number;
}

export async function recordedStarts(
  context: Lifetime,
  { opened, mostForRefused, leastNoticedMs }: StartsMeasured,
): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const agent = openAgent(context);
  const phone = await service.phone("+4915100000060", service.newNetwork());
  const recorded = await startRequest(phone);
  const bytes = (made: MessageInitShape<typeof StartRegistrationRequestSchema>) =>
    toBinary(StartRegistrationRequestSchema, create(StartRegistrationRequestSchema, made));
  const first = { path: start, body: bytes(recorded) };
  const accepted = (await send(agent, service.origin, first)) === 200;
  faults.must(accepted, "it is accepted once (positive control)");

  const { length } = recorded.sealedNumber;
  const kinds = {
    "recorded, sent again": () => first,
    "the same with a query behind its path": () => ({ ...first, path: `${start}?again` }),
    "too short": () => ({ path: start, body: randomBytes(length - 1) }),
    [freshGarbage]: () => ({
      path: start,
      body: bytes({ ...recorded, sealedNumber: randomBytes(length) }),
    }),
  };
  const all = { [asksHealth]: () => ({ path: "/health" }), ...kinds };
  const least = new Map<string, Computed>();
  // By turns, and the least of each: what else this machine does makes none cheaper.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, asked] of Object.entries(all)) {
      const many = name === freshGarbage ? opened / rounds : 250;
      const cost = await costOf(
        { agent, service, faults },
        asked,
        name === asksHealth ? 200 : 400,
        many,
      );
      const before = least.get(name) ?? cost;
      least.set(name, {
        serving: Math.min(before.serving, cost.serving),
        all: Math.min(before.all, cost.all),
      });
    }
  }
  const health = least.get(asksHealth) ?? { serving: 0, all: 0 };
  const times = Object.keys(kinds).map((name) => {
    const cost = least.get(name) ?? { serving: 0, all: 0 };
    return [name, { serving: cost.serving / health.serving, all: cost.all / health.all }] as const;
  });

  const friends = await Friends.meet(service, "+4915100000061");
  const quiet = await friends.during(() => delay(1_500));
  const flooded = await friends.during(() =>
    flood(() => send(agent, service.origin, first), 1_500),
  );
  friends.part();
  for (const [name, { serving, all }] of times) {
    const refused = { serving: mostForRefused, all: mostForRefused };
    const most = name === freshGarbage ? mostForGarbage : refused;
    const isCheap = serving <= most.serving && all <= most.all;
    faults.must(isCheap, `${name}: ${inTimes({ serving, all })} GET /health`);
  }
  faults.must(flooded.refused === 0, `${flooded.refused} texts of friends refused`);
  const isNoticed = flooded.medianMs > Math.max(3 * quiet.medianMs, leastNoticedMs);
  faults.must(!isNoticed, `friends waited ${ms(flooded.medianMs)}, not ${ms(quiet.medianMs)}`);
  const figures = times.map(([name, cost]) => `${name} ${inTimes(cost)}`).join(", ");
  return {
    title: "Starts that were recorded, or are garbage",
    before: "one recorded start at 154 KB/s takes 250 ms from everybody",
    tried: `1,250 of each kind, ${opened} of those that must be opened, by ${connections} connections; then one at 154 KB/s`,
    stopped: `all; what each cost, in times GET /health: ${figures}`,
    noticed: `${describeNoticed(flooded)} (before: ${describeNoticed(quiet)})`,
    faults: faults.all,
  };
}

async function flood(sendOne: () => Promise<unknown>, forMs: number): Promise<void> {
  const until = performance.now() + forMs;
  const underWay: Promise<unknown>[] = [];
  while (performance.now() < until) {
    underWay.push(sendOne());
    await delay(1_000 / perSecond);
  }
  await Promise.all(underWay);
}

function inTimes({ serving, all }: Computed): string {
  return `${serving.toFixed(1)}× of the serving thread, ${all.toFixed(1)}× of all`;
}

export async function keyPackages(context: Lifetime): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const owner = await service.member("+4915100000070");
  const { accountId } = owner;
  const some = Array.from({ length: 100 }, () => randomBytes(100));
  const lastResort = randomBytes(100);
  await addKeyPackages(owner, some, { lastResort });
  const attacker = await service.phone("+4915100000071", service.newNetwork());
  const given: string[] = [];
  const take = async () => {
    const { devices } = await attacker.directory.takeKeyPackages({ accountId });
    given.push(Buffer.from(devices[0]?.keyPackage ?? []).toString("hex"));
  };
  await take();
  for (let time = 0; time < 3; time += 1) await addKeyPackages(owner, some);
  for (let time = 1; time < 230; time += 1) await take();
  const last = Buffer.from(lastResort).toString("hex");
  const single = given.filter((one) => one !== last);
  faults.must(single.length > 0, "some are given out (positive control)");
  const twice = single.length - new Set(single).size;
  faults.must(twice === 0, `${twice} given out twice`);
  const { singleUseLeft } = await addKeyPackages(owner, []);
  faults.must(singleUseLeft >= 40, `${singleUseLeft} are left`);
  faults.must(
    given.every((one) => one !== ""),
    "somebody was given none at all",
  );
  return {
    title: "KeyPackages: sent again, and emptied",
    before:
      "a replayed AddKeyPackages hands a package out twice; 230 anonymous takes empty anyone's",
    tried: "100 added, added three times more; 230 anonymous takes of one account",
    stopped: `${single.length} of single use were given out, ${twice} of them twice; then the last resort`,
    noticed: `${singleUseLeft} are left, two of which come free each hour for whoever comes next`,
    faults: faults.all,
  };
}
