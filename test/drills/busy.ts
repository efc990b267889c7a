// A service under load that is killed again and again, at random moments of its life, and phones that are cut off with it or
// by themselves. What was answered as stored is delivered once, in order; what was answered as acknowledged never again.
import { setTimeout as delay } from "node:timers/promises";
import type { DrilledService } from "./load/service.ts";
import { Village } from "./load/village.ts";
import { Seeded } from "./seeded.ts";
import type { TallyResult } from "./tally.ts";

export interface BusyDrill {
  /** Not started. */
  readonly service: DrilledService;
  readonly ways: number;
  readonly kills: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
}

export interface BusyDrillResult extends TallyResult {
  /** Answered as stored, a second in which the service ran. */
  readonly perSecond: number;
}

const window = 16;
/** From ready to killed. */
const livesMs = { least: 100, most: 2_000 };

export async function busyDrill(drill: BusyDrill): Promise<BusyDrillResult> {
  const { service, kills, progress } = drill;
  const random = new Seeded(drill.seed);
  await service.start();
  const village = await Village.settle({ origin: () => service.origin, ways: drill.ways, window });
  village.take();
  let upMs = 0;
  const perSecond = () => Math.round((village.stored() / upMs) * 1_000);
  try {
    const sending = village.sendOn();
    for (let kill = 0; kill < kills; kill += 1) {
      const startedAt = performance.now();
      await live(village, random);
      await service.kill();
      upMs += performance.now() - startedAt;
      await service.start();
      if ((kill + 1) % 10 === 0) {
        progress(`killed ${kill + 1} times; ${village.stored()} stored, ${perSecond()} a second`);
      }
    }
    village.enough();
    await sending;
    await village.arrived();
    return { ...village.tally.result(), perSecond: perSecond() };
  } finally {
    village.close();
  }
}

async function live({ senders, recipients }: Village, random: Seeded): Promise<void> {
  const ms = livesMs.least + random.below(livesMs.most - livesMs.least);
  const half = random.below(ms);
  await delay(half);
  if (random.chance(0.5)) random.oneOf([...senders, ...recipients]).drop();
  await delay(ms - half);
}
