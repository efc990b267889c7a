// Feeds every input of the service and of the phone with what is not right: bytes changed at random, frames of the
// wrong kind, signatures of others, the same again. Each gets a right answer or an error of the table; the service
// stays up, small and quick, and nothing else is lost.
// As a command: `npm run drill:fuzz -- [--cases 100000] [--seed 1]`.
import type { TestContext } from "node:test";
import { loadVoprf } from "@assent/protocol";
import { Cases, type TargetResult } from "./fuzz/cases.ts";
import { ProcedureTargets } from "./fuzz/procedures.ts";
import { FuzzedService, type ServiceHealth } from "./fuzz/service.ts";

export interface FuzzDrillParts {
  readonly context: TestContext;
  readonly cases: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface FuzzDrillResult {
  readonly cases: number;
  readonly targets: Readonly<Record<string, TargetResult>>;
  readonly before: ServiceHealth;
  readonly after: ServiceHealth;
}

export async function fuzzDrill(parts: FuzzDrillParts): Promise<FuzzDrillResult> {
  await loadVoprf();
  const service = await FuzzedService.start(parts.context);
  const cases = new Cases(parts.seed);
  const before = await service.assertWell();
  await new ProcedureTargets(service, cases).run(parts.cases * 0.4);
  const after = await service.assertWell();
  return { cases: cases.total, targets: Object.fromEntries(cases.results), before, after };
}
