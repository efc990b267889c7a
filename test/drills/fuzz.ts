// Feeds every input of the service and of the phone with what is not right: bytes changed at random, frames of the
// wrong kind, signatures of others, the same again. Each gets a right answer or an error of the table; the service
// stays up, small and quick, and nothing else is lost.
// As a command: `npm run drill:fuzz -- [--cases 100000] [--seed 1]`.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { loadMls } from "@assent/client/node";
import { Cases, type TargetResult } from "./fuzz/cases.ts";
import { correspond, EnvelopeTargets } from "./fuzz/envelopes.ts";
import { ProcedureTargets } from "./fuzz/procedures.ts";
import { damagedGroups, damagedProfiles, damagedVcards } from "./fuzz/profiles.ts";
import { Reference } from "./fuzz/reference.ts";
import { replays } from "./fuzz/replays.ts";
import { FuzzedService, type ServiceHealth } from "./fuzz/service.ts";
import { SocketTargets } from "./fuzz/sockets.ts";
import { StatementTargets } from "./fuzz/statements.ts";

export interface FuzzDrillParts {
  readonly context: TestContext;
  /** About so many: what is not made up at random comes on top. */
  readonly cases: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface FuzzDrillResult {
  readonly cases: number;
  readonly targets: Readonly<Record<string, TargetResult>>;
  /** When it was warm; undefined where the cases are too few for that. */
  readonly before: ServiceHealth | undefined;
  readonly after: ServiceHealth;
  /** What the service's thread computed without turning to anything else. */
  readonly longestStallMs: number;
  /** The longest that a process took to answer which has nothing to do: the machine's doing. */
  readonly referenceMs: number;
}

type Step = readonly [name: string, share: number, run: (count: number) => Promise<void>];

export async function fuzzDrill(parts: FuzzDrillParts): Promise<FuzzDrillResult> {
  const encryption = await loadMls();
  const service = await FuzzedService.start(parts.context);
  const reference = Reference.start(parts.context);
  const [anna, ben] = [
    await service.newMemoryPhone(encryption),
    await service.newMemoryPhone(encryption),
  ];
  await anna.send(ben, "before");
  assert.deepEqual(await ben.texts(), ["before"]);
  await anna.send(ben, "waits meanwhile");
  const between = await correspond(service, encryption);

  const cases = new Cases(parts.seed);
  const steps: readonly Step[] = [
    ["procedures", 0.3, (count) => new ProcedureTargets(service, cases).run(count)],
    ["statements", 0.1, (count) => new StatementTargets(service, cases).run(count)],
    ["sockets", 0.2, (count) => new SocketTargets(service, cases).run(count)],
    ["envelopes", 0.15, (count) => new EnvelopeTargets(between, encryption, cases).run(count)],
    ["groups", 0.1, (count) => damagedGroups(encryption, cases, count)],
    ["profiles", 0.1, (count) => damagedProfiles(between, encryption, cases, count)],
    ["vCards", 0.05, (count) => damagedVcards(cases, count)],
  ];
  let longestStallMs = 0;
  async function round(share: number): Promise<void> {
    for (const [name, part, run] of steps) {
      const started = performance.now();
      await run(parts.cases * part * share);
      const health = await service.assertWell();
      longestStallMs = Math.max(longestStallMs, health.longestStallMs);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      const megabytes = Math.round(health.rss / 1_048_576);
      parts.progress(`${name}: ${cases.total} cases so far, ${seconds} s, service ${megabytes} MB`);
    }
    cases.seed += 1;
  }
  await replays(service, cases);
  // What a service needs to run warm is no growth: it is reached after some thousand cases, and then stays.
  const warmingUp = parts.cases >= 10_000 ? 0.25 : 0;
  if (warmingUp > 0) await round(warmingUp);
  const before = warmingUp > 0 ? await service.assertWell() : undefined;
  await round(1 - warmingUp);
  await anna.send(ben, "after");
  assert.deepEqual(await ben.texts(), ["waits meanwhile", "after"]);
  const after = await service.assertWell();
  const targets = Object.fromEntries(cases.results);
  return {
    cases: cases.total,
    targets,
    before,
    after,
    longestStallMs,
    referenceMs: reference.longestMs,
  };
}
