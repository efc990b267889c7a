// Asking a service often, past the proxy: who comes from this machine is not braked. And what the service computes for it.
import { Agent, request } from "node:http";
import type { Lifetime } from "../../network.ts";
import type { AttackedService, Computed } from "./attacked-service.ts";
import type { Faults } from "./row.ts";

export const connections = 8;

export interface Asked {
  readonly path: string;
  /** A POST where there is one. */
  readonly body?: Uint8Array;
}

export function openAgent(context: Lifetime): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  context.after(() => agent.destroy());
  return agent;
}

/** The status of the answer. */
export function send(agent: Agent, origin: string, { path, body }: Asked): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = body
      ? { "content-type": "application/proto", "content-length": body.length }
      : {};
    const method = body ? "POST" : "GET";
    const sent = request(origin + path, { agent, method, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0)).on("error", reject);
    });
    sent.on("error", reject).end(body);
  });
}

/** Asks so often, by all connections at once, which must be answered so. Milliseconds for each. */
export async function costOf(
  by: { readonly agent: Agent; readonly service: AttackedService; readonly faults: Faults },
  asked: () => Asked,
  status: number,
  many: number,
): Promise<Computed> {
  const { agent, service, faults } = by;
  const before = await service.computedMs();
  let left = many;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        const answered = await send(agent, service.origin, asked());
        faults.must(answered === status, `answered ${answered}, not ${status}`);
      }
    }),
  );
  const after = await service.computedMs();
  return {
    serving: (after.serving - before.serving) / many,
    all: (after.all - before.all) / many,
  };
}
