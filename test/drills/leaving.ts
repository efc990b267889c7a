// People leave while texts come in, in thousands of orders of what is asked, at the stores that a service runs on. Who was
// answered to have left has no mailbox: nothing is stored any more, every sender is told *gone*, the receipt counts what was
// stored and not yet acknowledged, and no byte of it is left on the disk.
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import type { Stores } from "../../packages/server/src/storage/stores.ts";
import { newAccount, newPut, type StoresForTests } from "../contracts/server-stores.ts";
import { filesBelow } from "../forms.ts";
import { bodyOf, countMarkers } from "./load/numbered-body.ts";
import { Seeded } from "./seeded.ts";
import type { TallyResult } from "./tally.ts";

export interface LeavingDrill {
  readonly stores: StoresForTests;
  /** Where they keep everything. */
  readonly folder: string;
  readonly interleavings: number;
  readonly seed: number;
  readonly progress: (line: string) => void;
  /** Ends an account; the stores' own way where it is left out. */
  readonly end?: Stores["accounts"]["end"];
}

export interface LeavingDrillResult extends TallyResult {
  /** Pieces of bodies on the disk while they waited: that they are found is the positive control of those that are not. */
  readonly piecesBefore: number;
  readonly piecesAfter: number;
  /** Puts that were told *gone*, of those that were asked for before the leaving was answered. */
  readonly goneMeanwhile: number;
}

/** Leavings at once, so that batches and transactions are shared. */
const together = 16;
const turns = 6;

interface Sums {
  stored: number;
  /** Stored, and not counted by the receipt; or the other way round. */
  miscounted: number;
  /** Told another thing than they should have been. */
  wrong: number;
  goneMeanwhile: number;
}

export async function leavingDrill(drill: LeavingDrill): Promise<LeavingDrillResult> {
  const { stores, folder, interleavings, progress } = drill;
  const end = drill.end ?? stores.accounts.end;
  const random = new Seeded(drill.seed);
  const sums: Sums = { stored: 0, miscounted: 0, wrong: 0, goneMeanwhile: 0 };
  const staying = newAccount();
  await stores.accounts.create(staying);
  const body = bodyOf({ way: 0, text: 0 });
  await stores.mailbox.put([newPut(staying.device.mailboxId, { body })]);
  for (let done = 0; done < interleavings; done += together) {
    const many = Math.min(together, interleavings - done);
    await Promise.all(
      Array.from({ length: many }, (_, index) =>
        leaveOne({ stores, end, random, way: done + index + 1, sums }),
      ),
    );
    if ((done / together) % 50 === 49)
      progress(`${done + together} left, ${sums.stored} texts stored`);
  }
  const piecesBefore = await piecesIn(folder);
  await stores.accounts.end(staying.accountId, 0);
  const piecesAfter = await piecesIn(folder);
  const { stored, miscounted, wrong, goneMeanwhile } = sums;
  const result = { texts: stored, lost: miscounted, twice: 0, reordered: 0 };
  return { ...result, madeUp: wrong + piecesAfter, piecesBefore, piecesAfter, goneMeanwhile };
}

interface LeaveOne {
  readonly stores: StoresForTests;
  readonly end: Stores["accounts"]["end"];
  readonly random: Seeded;
  readonly way: number;
  readonly sums: Sums;
}

async function leaveOne({ stores, end, random, way, sums }: LeaveOne): Promise<void> {
  const account = newAccount();
  const { mailboxId } = account.device;
  await stores.accounts.create(account);
  let text = 0;
  const put = async () => {
    const body = bodyOf({ way, text });
    text += 1;
    const [outcome] = await stores.mailbox.put([newPut(mailboxId, { body })]);
    return outcome?.kind;
  };
  let acknowledged = 0;
  if (random.chance(0.5)) {
    for (let count = random.below(3); count >= 0; count -= 1)
      if ((await put()) !== "stored") sums.wrong += 1;
    const taken = await stores.mailbox.take(mailboxId, 1, 0, { envelopes: 2, bytes: 1_000_000 });
    const position = taken?.envelopes.at(-1)?.position ?? 0;
    sums.stored += text;
    if (await stores.mailbox.acknowledge(mailboxId, 1, position)) acknowledged = position;
  }
  const before = text;
  const leaveAt = random.below(turns);
  const putsAt = Array.from({ length: 1 + random.below(10) }, () => random.below(turns));
  const puts: Promise<string | undefined>[] = [];
  let leaving: ReturnType<typeof end> | undefined;
  for (let now = 0; now < turns; now += 1) {
    // Before and after, within one turn.
    const isFirst = random.chance(0.5);
    if (now === leaveAt && isFirst) leaving = end(account.accountId, 0);
    for (const at of putsAt) if (at === now) puts.push(put());
    if (now === leaveAt && !isFirst) leaving = end(account.accountId, 0);
    await random.oneOf([() => undefined, turn, () => delay(random.below(4))])();
  }
  let isAnswered = false;
  const answered = leaving?.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    puts.push(put());
    await delay(random.below(10));
  }
  const ended = await answered;
  // Asked for after it was answered.
  const later = await Promise.all([put(), put()]);
  sums.wrong += later.filter((outcome) => outcome !== "gone").length;
  const meanwhile = await Promise.all(puts);
  const stored = meanwhile.filter((outcome) => outcome === "stored").length;
  const gone = meanwhile.filter((outcome) => outcome === "gone").length;
  sums.wrong += meanwhile.length - stored - gone;
  sums.stored += stored;
  sums.goneMeanwhile += gone;
  const counted = ended && "envelopes" in ended ? ended.envelopes : -1;
  if (counted !== before + stored - acknowledged) sums.miscounted += 1;
  if ((await stores.mailbox.state(mailboxId)).kind !== "gone") sums.wrong += 1;
}

async function piecesIn(folder: string): Promise<number> {
  return [...(await filesBelow(folder)).values()].reduce(
    (sum, file) => sum + countMarkers(file),
    0,
  );
}
