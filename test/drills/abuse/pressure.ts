// Abuse of a service that is under pressure: starts without the work that is asked for then, or with work that is none.
import { codeOf, refusalIn, startRequest, workFor } from "@assent/bare-phone";
import { randomBytes, StartRegistrationRequestSchema } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Lifetime } from "../../network.ts";
import { connections, costOf, openAgent } from "./asking.ts";
import { AttackedService } from "./attacked-service.ts";
import { type AbuseRow, Faults, ms } from "./row.ts";

const start = "/assent.v1.RegistrationService/StartRegistration";
const rounds = 5;

export interface PressureMeasured {
  /** Starts of each kind. */
  readonly many: number;
  /** What each may cost, in times GET /health: they are read as messages, and nothing of them is opened. */
  readonly mostTimes: number;
}

export async function startsWithoutWork(
  context: Lifetime,
  { many, mostTimes }: PressureMeasured,
): Promise<AbuseRow> {
  // So many that one SMS more asks for no more work.
  const smsPerDay = 16;
  const service = await AttackedService.start(context, { ASSENT_SMS_PER_DAY: String(smsPerDay) });
  const faults = new Faults();
  const half = ["+49151000000", "+336123456", "+4474001234", "+346123456"];
  for (const number of half.flatMap((begins) => [`${begins}80`, `${begins}81`])) {
    const code = await service.askCode(await service.phone(number, service.newNetwork()));
    faults.must(code === "accepted", "nobody is asked for work before half is used up");
  }

  const agent = openAgent(context);
  const victim = "+4915100000082";
  const phone = await service.phone(victim, service.newNetwork());
  const request = await startRequest(phone);
  const refused = await phone.registration
    .startRegistration(request)
    .then(() => undefined, refusalIn);
  const asked = refused?.work;
  faults.must(asked !== undefined, "work is asked for (positive control)");
  if (!asked) throw new Error("no work was asked for");
  const { length } = request.sealedNumber;
  const { challenge } = asked;
  const body = (work: MessageInitShape<typeof StartRegistrationRequestSchema>["work"]) => {
    const made = { ...request, sealedNumber: randomBytes(length), ...(work && { work }) };
    return toBinary(StartRegistrationRequestSchema, create(StartRegistrationRequestSchema, made));
  };
  const kinds = {
    "without work": () => body(undefined),
    "with a challenge made up": () =>
      body({ challenge: randomBytes(challenge.length), numbers: randomBytes(64) }),
    "with numbers made up": () =>
      body({ challenge: new Uint8Array(challenge), numbers: randomBytes(64) }),
  };
  const least = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const all = { health: undefined, ...kinds };
    for (const [name, made] of Object.entries(all)) {
      const one = () => (made ? { path: start, body: made() } : { path: "/health" });
      const status = made ? 429 : 200;
      const { all: cost } = await costOf({ agent, service, faults }, one, status, many / rounds);
      least.set(name, Math.min(least.get(name) ?? cost, cost));
    }
  }
  const health = least.get("health") ?? 0;
  const times = Object.keys(kinds).map((name) => [name, (least.get(name) ?? 0) / health] as const);
  for (const [name, cost] of times) {
    faults.must(cost <= mostTimes, `${name}: ${cost.toFixed(1)}× GET /health`);
  }
  faults.must((await service.smsTo(victim)) === 0, "an SMS without work");

  const since = performance.now();
  const work = workFor(asked, request.sealedNumber);
  const worked = performance.now() - since;
  const takes = (request: object) => codeOf(phone.registration.startRegistration(request));
  const shared = await takes({ ...(await startRequest(phone)), work });
  faults.must(shared === "work_required", "work of another sealed number is taken");
  faults.must((await takes({ ...request, work })) === "accepted", "with work a code goes out");
  // Otherwise than before, or it would be known by its bytes alone.
  const again = await takes({ ...request, work, token: randomBytes(1) });
  faults.must(again === "request_invalid", "work is taken twice");
  const figures = times.map(([name, cost]) => `${name} ${cost.toFixed(1)}×`).join(", ");
  return {
    title: "Starts without the work that is asked for",
    before: "each is opened and evaluated, 35 to 50 times GET /health, whatever the counters say",
    tried: `${many} each without work, with a challenge and with numbers made up, by ${connections} connections, of a service that has sent ${smsPerDay / 2} SMS of ${smsPerDay} for the day; one work for two sealed numbers, and twice for one`,
    stopped: `all; what each cost in all, in times GET /health: ${figures}; another sealed number ${shared}, the same again ${again}`,
    noticed: `a phone that did the work got its code; that of ${asked.bits} bits took ${ms(worked)} of one core here`,
    faults: faults.all,
  };
}
