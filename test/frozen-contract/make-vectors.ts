// Makes all that is frozen of the contract, by file.
import { hostileVectors } from "../../packages/protocol/src/hostile-points.ts";
import { givenByFile, type Unmade } from "./given.ts";
import { rules } from "./rules.ts";
import { sealAnew } from "./seals.ts";
import { contractFiles, shapeOf } from "./shape.ts";
import { opened, type Vector } from "./vector.ts";

/**
 * Path in the folder of vectors → what belongs into it.
 * @param frozenSeals what was sealed before; kept where all of it still opens as it did.
 */
export async function makeVectors(
  frozenSeals: readonly Vector[] | undefined,
): Promise<Record<string, unknown>> {
  const made: Record<string, unknown> = {};
  for (const [file, given] of Object.entries(givenByFile))
    made[`contract-v1/${file}.json`] = await Promise.all(given.map(madeOf));
  const keepsSeals = frozenSeals && (await areKept(frozenSeals));
  made["contract-v1/seals.json"] = keepsSeals
    ? frozenSeals
    : await Promise.all((await sealAnew()).map(madeOf));
  made["contract-v1/shape.json"] = shapeOf(contractFiles());
  made["ed25519-points/vectors.json"] = hostileVectors();
  return made;
}

/** What follows now from what a vector is given. @throws where nothing does. */
export async function madeOf({ name, rule, given }: Unmade): Promise<Vector> {
  return { name, rule, given, gives: await opened(rules[rule])(given) };
}

/** Whether a vector still gives what it gave. */
export async function isKept(vector: Vector): Promise<boolean> {
  try {
    return JSON.stringify((await madeOf(vector)).gives) === JSON.stringify(vector.gives);
  } catch {
    return false;
  }
}

async function areKept(vectors: readonly Vector[]): Promise<boolean> {
  return (await Promise.all(vectors.map(isKept))).every((kept) => kept);
}
