// The power is cut under a phone: all that the command line wrote to its profile is recorded call by call, and for each of many
// moments the profile is made as a cut there could leave it. It has every text that it had said to have, shown or acknowledged,
// and shows none again that it had shown, but with that mark.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import {
  type Encryption,
  loadMls,
  openNodeNetwork,
  openNodeStore,
  openProfile,
} from "@assent/client/node";
import { AssentError, parseNumber } from "@assent/protocol";
import { offline, receiveNow } from "../memory-phone.ts";
import { type Lifetime, newProcessPhones, TestServer } from "../network.ts";
import { assertWholeTruth, chosenLines, cutKinds, layOut } from "./power/cuts.ts";
import { type PhoneFact, type PhoneStory, recordPhone } from "./power/phone-story.ts";
import { RecordedDisk } from "./power/recorded-disk.ts";
import { Seeded } from "./seeded.ts";
import type { TallyResult } from "./tally.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const numbers = ["+4915123456789", "+33612345678", "+447400123456"] as const;
const [own, writers, readers] = numbers;

export type RecordedPhone = PhoneStory & { readonly folder: string };

export interface RecordPhoneParts {
  readonly context: Lifetime;
  readonly rounds: number;
  readonly seed: number;
}

export async function recordPhoneStory(parts: RecordPhoneParts): Promise<RecordedPhone> {
  const { context, rounds, seed } = parts;
  const server = await TestServer.start(context);
  const [phone, writer, reader] = await newProcessPhones(context, own, writers, readers);
  assert.ok(phone && writer && reader);
  const folder = await temporaryFolder(context);
  const random = new Seeded(seed);
  const story = await recordPhone({ server, phone, writer, reader, folder, random, rounds });
  await assertWholeTruth(story.disk, phone.folder);
  const last = story.facts.findLast(({ fact }) => fact.kind === "acknowledged")?.fact;
  assert.deepEqual(last, { kind: "acknowledged", position: story.came.length }, "texts alone came");
  return { ...story, folder: phone.folder };
}

export interface CutPhoneParts {
  readonly cuts: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
  /** Makes cuts of a disk that said it synced, and did not: the positive control. */
  readonly diskLies?: boolean;
}

export async function cutPhone(story: RecordedPhone, parts: CutPhoneParts): Promise<TallyResult> {
  const { cuts, progress, diskLies = false } = parts;
  const encryption = await loadMls();
  const random = new Seeded(parts.seed);
  const moments = [...new Set(story.disk.flatMap(({ began, ended }) => [began, ended ?? began]))];
  const lines = chosenLines(moments, cuts, random);
  progress(
    `recorded: ${story.disk.length} calls that change files, ${story.facts.length} facts; ` +
      `${new Set(lines).size} moments to cut at`,
  );
  const disk = new RecordedDisk(story.disk, { lies: diskLies });
  const sum = { texts: 0, lost: 0, twice: 0, reordered: 0, madeUp: 0 };
  for (const [index, line] of lines.entries()) {
    disk.advance(line);
    const kind = random.oneOf(cutKinds);
    const folder = `${story.folder}-cut`;
    await layOut(disk.cut(kind, random), story.folder, folder);
    const facts = story.facts.flatMap((one) => (one.line <= line ? [one.fact] : []));
    const found = await check(folder, facts, story, encryption).catch((error: unknown) => ({
      ...{ texts: 0, lost: 0, twice: 0, reordered: 0, madeUp: 1 },
      error,
    }));
    await rm(folder, { recursive: true });
    for (const name of ["texts", "lost", "twice", "reordered", "madeUp"] as const)
      sum[name] += found[name];
    if (found.lost + found.twice + found.reordered + found.madeUp > 0)
      progress(
        `cut at line ${line}, ${kind}: ${JSON.stringify(found)}${"error" in found ? found.error : ""}`,
      );
    if ((index + 1) % 100 === 0) progress(`${index + 1} cuts; ${sum.texts} texts looked for`);
  }
  return sum;
}

async function check(
  folder: string,
  facts: readonly PhoneFact[],
  { came }: PhoneStory,
  encryption: Encryption,
): Promise<TallyResult> {
  const store = await openNodeStore(folder);
  const network = offline(openNodeNetwork());
  const profile = await openProfile({ store, network, encryption, now: Date.now });
  try {
    const textsWith = async (number: string) =>
      (await profile.conversations.history(parseNumber(number))).map(({ text }) => text);
    const kept = [await textsWith(writers), await textsWith(readers)];
    const all = kept.flat();
    const shown = facts.flatMap((fact) => (fact.kind === "shown" ? [fact.text] : []));
    const accepted = facts.flatMap((fact) => (fact.kind === "accepted" ? [fact.text] : []));
    // Texts of somebody who wrote first are kept apart until it is confirmed who that is, which takes the network: from the
    // first that was shown on, it is.
    const acknowledged = facts.flatMap((fact) =>
      fact.kind === "acknowledged" && shown.length > 0 ? came.slice(0, fact.position) : [],
    );
    const promised = new Set([...shown, ...accepted, ...acknowledged]);
    const events = await shownOffline(profile);
    const asNew = events.flatMap((event) =>
      event.type === "message" && !event.again ? [event.text.text] : [],
    );
    const isSorted = (texts: readonly string[]) => {
      const places = texts.map((text) => Number(text.split(" ").at(-1)));
      return places.every((place, index) => place > (places[index - 1] ?? 0));
    };
    return {
      texts: promised.size,
      lost: [...promised].filter((text) => !all.includes(text)).length,
      twice: all.length - new Set(all).size + asNew.filter((text) => shown.includes(text)).length,
      reordered: kept.filter((texts) => !isSorted(texts)).length,
      madeUp: 0,
    };
  } finally {
    await profile.close();
  }
}

/** What it shows of what it has, before it notices that nobody can be reached. */
async function shownOffline(profile: Awaited<ReturnType<typeof openProfile>>) {
  const events: Awaited<ReturnType<typeof receiveNow>> = [];
  try {
    await receiveNow(profile, events);
  } catch (error) {
    // It is not on yet, or not reached.
    if (!(error instanceof AssentError)) throw error;
  }
  return events;
}
