// The restore drill, the phone's side: a profile is copied, used, and the copy put back, as by a backup. Whoever texts it
// is shown to it once, and what it sends afterwards is shown to them once, whoever speaks first.
import { cp, rm } from "node:fs/promises";
import type { TestPhone } from "../network.ts";

export interface RestorePhoneDrill {
  readonly anna: TestPhone;
  /** Known to her before the copy is made. */
  readonly ben: TestPhone;
  /** Known to the profile that was used, and not to the copy. */
  readonly carol: TestPhone;
  readonly order: "phone first" | "people first";
  /** A day later, for every process that is started from then on: what was lost is asked about. */
  readonly daysLater: (days: number) => void;
}

export interface RestorePhoneResult {
  readonly lost: string[];
  readonly twice: string[];
  /** Said not to have been delivered. */
  readonly false: string[];
  /** How often she, and they, were shown that a conversation begins anew. */
  readonly restarted: { readonly anna: number; readonly people: number };
}

export async function restorePhoneDrill(drill: RestorePhoneDrill): Promise<RestorePhoneResult> {
  const { anna, ben, carol, order, daysLater } = drill;
  const expected: string[] = [];
  const shown: string[] = [];
  const restarted = { anna: 0, people: 0 };
  const send = async (from: TestPhone, to: TestPhone, text: string) => {
    expected.push(text);
    await from.send(to.number, text);
  };
  const take = async (...phones: readonly TestPhone[]) => {
    for (const phone of phones) {
      for (const line of await phone.receive()) {
        if (line.type === "message") shown.push(line.text);
        if (line.kind === "restarted") restarted[phone === anna ? "anna" : "people"] += 1;
      }
    }
  };

  await send(anna, ben, `${order}: before the copy`);
  await take(ben);
  await send(ben, anna, `${order}: known to the copy`);
  await take(anna);
  const copy = `${anna.folder}-copy`;
  await cp(anna.folder, copy, { recursive: true });
  for (let count = 0; count < 3; count += 1) {
    await send(anna, ben, `${order}: sent by what was used, ${count}`);
    await take(ben, anna);
  }
  await send(carol, anna, `${order}: from somebody new`);
  await take(anna);
  await send(anna, carol, `${order}: to somebody new`);
  await take(carol);
  await send(ben, anna, `${order}: waits for what was used`);

  await rm(anna.folder, { recursive: true });
  await cp(copy, anna.folder, { recursive: true });
  const theirs = async () => {
    await send(ben, anna, `${order}: still there?`);
    await send(carol, anna, `${order}: and for me?`);
  };
  const hers = async () => {
    await send(anna, ben, `${order}: I was set back`);
    await take(anna);
  };
  for (const step of order === "phone first" ? [hers, theirs] : [theirs, hers]) await step();
  for (let days = 0; days <= 4; days += 2) {
    daysLater(days);
    await take(ben, carol, anna, ben, carol, anna);
  }
  const histories = [];
  for (const [of, to] of [
    [anna, ben],
    [ben, anna],
    [carol, anna],
  ] as const)
    histories.push(...(await of.ok<{ text: string; state?: string }>(["history", to.number])));
  return {
    lost: expected.filter((text) => !shown.includes(text)),
    twice: shown.filter((text, index) => shown.indexOf(text) !== index),
    false: histories.flatMap(({ state, text }) => (state === "not-delivered" ? [text] : [])),
    restarted,
  };
}
