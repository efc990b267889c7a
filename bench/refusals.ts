// What a refused StartRegistration costs the thread that serves everybody, beside GET /health in the same run: one that was
// recorded and sent again, one that opens as nothing, and one of the wrong length.
import { Agent, request } from "node:http";
import { makePhone, startRequest } from "@assent/bare-phone";
import { randomBytes, StartRegistrationRequestSchema } from "@assent/protocol";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Bench, benchNumber, type Figure, firstNumber } from "./scale.ts";

const atOnce = 8;
const path = "/assent.v1.RegistrationService/StartRegistration";

export async function measureRefusals({ scale, server, cell }: Bench): Promise<Figure[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const phone = await makePhone(server, benchNumber(firstNumber.refusals));
  const recorded = await startRequest(phone);
  const send = (body: Uint8Array | undefined) => ask(agent, cell.origin, body);
  const same = (body: Uint8Array) => () => body;
  const bytes = (start: MessageInitShape<typeof StartRegistrationRequestSchema>) =>
    toBinary(StartRegistrationRequestSchema, create(StartRegistrationRequestSchema, start));
  const { length } = recorded.sealedNumber;

  /** Milliseconds of the serving thread for each of many. */
  async function costOf(nextBody: () => Uint8Array | undefined, status: number): Promise<number> {
    const times = scale.refusals;
    const before = await server.servingThreadSeconds();
    let left = times;
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (left > 0) {
          left -= 1;
          const answered = await send(nextBody());
          if (answered !== status) throw new Error(`answered ${answered}, not ${status}`);
        }
      }),
    );
    return (((await server.servingThreadSeconds()) - before) * 1_000) / times;
  }

  const first = bytes(recorded);
  if ((await send(first)) !== 200) throw new Error("the recorded start was not accepted");
  const bodies = {
    "recorded, sent again": same(first),
    // Fresh each time: what was refused once is known again.
    "opens as nothing": () => bytes({ ...recorded, sealedNumber: randomBytes(length) }),
    "wrong length": same(bytes({ ...recorded, sealedNumber: randomBytes(length - 1) })),
  };
  const nothing = () => undefined;
  // Once for nothing, so that all of it is compiled.
  await costOf(nothing, 200);
  for (const body of Object.values(bodies)) await costOf(body, 400);
  const health = await costOf(nothing, 200);
  const figures: Figure[] = [{ name: "GET /health: serving thread", value: health, unit: "ms" }];
  for (const [name, body] of Object.entries(bodies)) {
    const value = (await costOf(body, 400)) / health;
    figures.push({
      name: `a refused start, ${name}`,
      value,
      unit: "× GET /health",
      reach: "3 at most",
    });
  }
  agent.destroy();
  return figures;
}

function ask(agent: Agent, origin: string, body: Uint8Array | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body && { "content-type": "application/proto", "content-length": body.length };
    const method = body ? "POST" : "GET";
    const sent = request(
      origin + (body ? path : "/health"),
      { agent, method, ...(headers ? { headers } : {}) },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0)).on("error", reject);
      },
    );
    sent.on("error", reject).end(body);
  });
}
