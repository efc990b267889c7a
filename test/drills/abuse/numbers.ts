// Abuse of numbers: lookups without end, SMS at other people's cost, codes that are guessed.
import {
  codeOf,
  fetchCode,
  leave,
  type Phone,
  signedCall,
  startRegistration,
  turnOn,
} from "@assent/bare-phone";
import { blindInput, EvaluateRequestSchema, utf8 } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import type { Lifetime } from "../../network.ts";
import { AttackedService } from "./attacked-service.ts";
import { type AbuseRow, Faults, ms } from "./row.ts";

const lookupsAtOnce = 100;
const lookupsOfNumber = 2_000;

async function lookUp(phone: Phone, count: number): Promise<boolean> {
  const element = blindInput(utf8(phone.number)).blindedElement;
  const blindedElements = Array<Uint8Array>(count).fill(element);
  const body = create(EvaluateRequestSchema, { voprfEpoch: 1, blindedElements });
  const encoded = toBinary(EvaluateRequestSchema, body);
  const request = await signedCall(phone, "DiscoveryService/Evaluate", encoded);
  return (await codeOf(phone.discovery.evaluate({ request }))) === "accepted";
}

/** By hundreds, until no more are let through. */
async function lookUpAll(phone: Phone): Promise<number> {
  let done = 0;
  while (await lookUp(phone, lookupsAtOnce)) done += lookupsAtOnce;
  return done;
}

/** Leaves and comes back again and again; then others help. */
export async function lookups(context: Lifetime): Promise<AbuseRow> {
  const ofCell = lookupsOfNumber + 3 * lookupsAtOnce;
  const service = await AttackedService.start(context, {
    ASSENT_LOOKUPS_PER_DAY: String(ofCell),
  });
  const faults = new Faults();
  const started = performance.now();
  const attacker = await service.member("+4915100000001");
  const bystander = await service.member("+4915100000002");
  let had = await lookUpAll(attacker);
  faults.must(had === lookupsOfNumber, "the first 2,000 are had (positive control)");
  await leave(attacker);
  const back = await service.phone(attacker.number, service.newNetwork());
  await turnOn({ origin: service.origin }, back);
  had += await lookUpAll(back);
  faults.must(had <= lookupsOfNumber + 20, `${had} lookups with one number`);
  faults.must(await lookUp(bystander, 1), "a bystander still looks up");
  const helper = await service.member("+4915100000003");
  const all = had + 1 + (await lookUpAll(helper));
  faults.must(all <= ofCell, `${all} lookups, past the cell's day of ${ofCell}`);
  const others = await lookUp(bystander, lookupsAtOnce);
  faults.must(!others, "the cell's day is for everybody");
  return {
    title: "Leave and come back, to look up without end",
    before: "12,000 lookups in 38 s with one number and 6 SMS",
    tried: `as many as are let through, left, came back, tried again; then with a second number (${ms(performance.now() - started)})`,
    stopped: `one number had ${had}; all together ${all} of the cell's ${ofCell} a day`,
    noticed: "a bystander looked up throughout, until the cell's day was used up",
    faults: faults.all,
  };
}

// Satellites, networks of no country, personal numbers, premium, toll-free, VoIP.
const dear = [
  "+870773111632",
  "+88213300655",
  "+883510012345678",
  "+447012345678",
  "+4990012345678",
  "+18005550123",
  "+445612345678",
];

export async function smsFloods(context: Lifetime): Promise<AbuseRow> {
  const smsPerDay = 40;
  const service = await AttackedService.start(context, { ASSENT_SMS_PER_DAY: String(smsPerDay) });
  const faults = new Faults();

  const victim = "+4915100000010";
  for (let time = 0; time < 14; time += 1) {
    await service.askCode(await service.phone(victim, service.newNetwork()));
  }
  const toOne = await service.smsTo(victim);
  faults.must(toOne > 0, "some go out (positive control)");
  faults.must(toOne <= 8, `${toOne} SMS to one number`);

  const owner = await service.phone("+4915100000011", service.newNetwork());
  const hammer = service.newNetwork();
  for (let time = 0; time < 6; time += 1) {
    await service.askCode(await service.phone(owner.number, hammer));
  }
  const since = performance.now();
  faults.must((await service.prove(owner)) === "accepted", "an owner proves what another asks for");
  const ownerMs = performance.now() - since;

  const network = service.newNetwork();
  const of = (index: number) => `+4915120000${String(index).padStart(3, "0")}`;
  let fromOne = 0;
  for (let index = 0; index < 30; index += 1) {
    if ((await service.askCode(await service.phone(of(index), network))) === "accepted")
      fromOne += 1;
  }
  faults.must(fromOne > 0 && fromOne <= smsPerDay / 2, `${fromOne} SMS for one network`);

  let refusedKinds = 0;
  for (const number of dear) {
    const code = await service.askCode(await service.phone(number, service.newNetwork()));
    if (code === "number_refused" || code === "number_invalid") refusedKinds += 1;
    faults.must((await service.smsTo(number)) === 0, `an SMS to ${number.slice(0, 5)}…`);
  }
  faults.must(
    refusedKinds === dear.length,
    `${refusedKinds} of ${dear.length} dear numbers refused`,
  );

  const elsewhere = await service.phone("+33612345678", service.newNetwork());
  const found = (await service.prove(elsewhere)) === "accepted";
  faults.must(found, "another country's number gets a code");
  const { refused, log } = await service.tracesOf();
  faults.must((refused["rate_limited"] ?? 0) > 0, "the log's counts show what was braked");
  faults.must((refused["number_refused"] ?? 0) > 0, "the log's counts show dear numbers");
  const named = [victim, owner.number, elsewhere.number, ...dear].filter((number) =>
    log.includes(number.slice(1)),
  );
  faults.must(named.length === 0, `${named.length} numbers in the log`);
  return {
    title: "SMS at other people's cost",
    before:
      "40 to one number in 3.7 s; 400 numbers from one peer; +870, +882, UK 070, personal and VoIP numbers accepted",
    tried: `14 to one number from as many networks; 30 numbers of one country from one network, of a cell with ${smsPerDay} a day; ${dear.length} dear kinds`,
    stopped: `${toOne} went to the one number, ${fromOne} out for the one network, ${refusedKinds} dear kinds refused`,
    noticed: `an owner whose number another network asked for proved it in ${ms(ownerMs)}; somebody of another country got a code; whoever runs it reads in the log's counts ${refused["rate_limited"]} rate_limited and ${refused["number_refused"]} number_refused, and no number`,
    faults: faults.all,
  };
}

export async function guesses(context: Lifetime): Promise<AbuseRow> {
  const service = await AttackedService.start(context);
  const faults = new Faults();
  const number = "+4915100000020";
  let compared = 0;
  let asked = 0;
  for (let time = 0; time < 12; time += 1) {
    const phone = await service.phone(number, service.newNetwork());
    const started = await startRegistration(phone).catch(() => undefined);
    if (!started) continue;
    asked += 1;
    const right = await fetchCode({ origin: service.origin }, number);
    for (let guess = 1; guess <= 5; guess += 1) {
      const code = String((Number(right) + guess) % 1_000_000).padStart(6, "0");
      const { session } = started;
      const answer = await codeOf(phone.registration.verifyCode({ session, code }));
      if (answer === "code_wrong") compared += 1;
    }
  }
  faults.must(asked > 0 && compared >= 3 * asked, "three tries each are had (positive control)");
  faults.must(compared <= 24, `${compared} guesses`);
  const hammer = service.newNetwork();
  const owner = await service.phone("+4915100000021", service.newNetwork());
  for (let time = 0; time < 5; time += 1) {
    await service.askCode(await service.phone(owner.number, hammer));
  }
  faults.must((await service.prove(owner)) === "accepted", "five anonymous starts lock nobody out");
  return {
    title: "Guessing codes, and locking an owner out",
    before: "600 guesses a day; five anonymous starts lock an owner out for 50 minutes",
    tried:
      "12 starts from as many networks, five guesses at each; five starts from one network for another number",
    stopped: `${compared} guesses were compared, in ${asked} sessions, for the day; whoever has three networks keeps the owner out for as long`,
    noticed: "the owner of the other number proved it at once",
    faults: faults.all,
  };
}
