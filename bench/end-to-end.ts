// What a text costs two phones: the SDK in this process, real profiles on disk, a real server. Also what it
// takes to look up one number.
import { join } from "node:path";
import { fetchCode } from "@assent/bare-phone";
import type { Profile } from "@assent/client";
import { openNodeProfile } from "@assent/client/node";
import { type Bench, benchNumber, type Figure, firstNumber, median } from "./scale.ts";

const sender = benchNumber(firstNumber.registration - 1);
const recipient = benchNumber(firstNumber.registration - 2);

export async function measureEndToEnd({ scale, cell, folder, progress }: Bench): Promise<Figure[]> {
  const anna = await openNodeProfile(join(folder, "anna"));
  const ben = await openNodeProfile(join(folder, "ben"));
  try {
    for (const [profile, number] of [
      [anna, sender],
      [ben, recipient],
    ] as const) {
      await profile.account.turnOn(number, cell.origin, ["service"]);
      await profile.account.verify(await fetchCode(cell, number));
    }
    const lookups: number[] = [];
    for (let index = 0; index < scale.lookups; index += 1) {
      const start = performance.now();
      // The first asks for an evaluation; each further one for a number of its own, known to nobody.
      await anna.people.check(index === 0 ? recipient : benchNumber(900_000 + index));
      lookups.push(performance.now() - start);
    }
    await exchange(anna, ben, 2);
    progress(`  ${scale.conversationTexts} texts from phone to phone`);
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    await exchange(anna, ben, scale.conversationTexts);
    const { user, system } = process.cpuUsage(cpuBefore);
    const seconds = (performance.now() - start) / 1_000;
    const cpuMs = (user + system) / 1_000 / scale.conversationTexts;
    return [
      {
        name: "lookup of one number, first time, median",
        value: median(lookups),
        unit: "ms",
        reach: "≤ 60",
      },
      {
        name: "end to end: CPU of both phones for one text",
        value: cpuMs,
        unit: "ms",
        reach: "≤ 5",
      },
      {
        name: "end to end: texts one after another",
        value: scale.conversationTexts / seconds,
        unit: "texts/s",
      },
    ];
  } finally {
    await anna.close();
    await ben.close();
  }
}

/** Half of the texts each way, ten at a time, all of them received. */
async function exchange(anna: Profile, ben: Profile, texts: number): Promise<void> {
  const received = { anna: 0, ben: 0 };
  const rounds = Math.ceil(texts / 20);
  const perRound = Math.ceil(texts / rounds / 2);
  for (let round = 0; round < rounds; round += 1) {
    for (const [from, to] of [
      [anna, recipient],
      [ben, sender],
    ] as const) {
      for (let index = 0; index < perRound; index += 1)
        await from.texts.send(to, `A short text, number ${index}.`);
      await from.texts.flush();
      const [other, name] = from === anna ? ([ben, "ben"] as const) : ([anna, "anna"] as const);
      for await (const { type } of other.events({ follow: false }))
        if (type === "message") received[name] += 1;
    }
  }
  const expected = rounds * perRound;
  if (received.ben !== expected || received.anna !== expected) throw new Error("texts are missing");
}
