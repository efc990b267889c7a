// A service that is started on what a power cut left: it starts, everybody who was told to have an account has one, what was
// answered as stored is there in its order, nothing that was answered as acknowledged comes again, who left is gone, and
// every mailbox goes on.
import {
  authentication,
  connect,
  inboxAnswerIn,
  inboxFrame,
  openOutbox,
  type Phone,
  type TestOutbox,
} from "@assent/bare-phone";
import { PutOutcome } from "@assent/protocol";
import { bodyOf, envelopeIdOf, readBody } from "../load/numbered-body.ts";
import type { ServiceStory } from "./service-story.ts";

/** What a cut must have left, by way. */
export interface Promised {
  readonly stored: readonly Set<number>[];
  readonly acknowledged: readonly number[];
}

export interface CutFaults {
  lost: number;
  twice: number;
  reordered: number;
  /** What else is wrong, in words. */
  readonly others: string[];
}

export interface CutAt {
  readonly line: number;
  readonly timeMs: number;
  readonly promised: Promised;
}

interface Found {
  readonly way: number;
  readonly text: number;
  readonly position: number;
}

const textAfter = 1_000_000;

export async function checkService(
  origin: string,
  story: ServiceStory,
  cut: CutAt,
): Promise<CutFaults> {
  const faults: CutFaults = { lost: 0, twice: 0, reordered: 0, others: [] };
  const outbox = await openOutbox({ origin });
  try {
    for (const way of story.village.recipients.keys()) {
      await checkWay({ origin, story, cut, faults, outbox, way });
    }
  } finally {
    outbox.webSocket.terminate();
  }
  return faults;
}

interface WayParts {
  readonly origin: string;
  readonly story: ServiceStory;
  readonly cut: CutAt;
  readonly faults: CutFaults;
  readonly outbox: TestOutbox;
  readonly way: number;
}

async function checkWay({ origin, story, cut, faults, outbox, way }: WayParts): Promise<void> {
  const recipient = story.village.recipients[way];
  const sender = story.village.senders[way];
  if (!recipient || !sender) throw new Error("no such way");
  const { timeMs, promised } = cut;
  const left = story.left.get(way);
  const hasJoined = (story.joinedMs[way] ?? Number.POSITIVE_INFINITY) <= timeMs;
  const hasLeft = left !== undefined && left.answeredMs <= timeMs;
  const mayHaveLeft = left !== undefined && left.askedMs <= timeMs;
  const taken = await takeAll(origin, recipient.phone);
  const again = { way, text: textAfter + way };
  const put = outbox.put({
    capability: sender.capability,
    envelopeId: envelopeIdOf(again),
    body: bodyOf(again),
  });
  const result = await outbox.resultOf(put);
  const outcome = result.kind === "put" ? PutOutcome[result.outcome] : JSON.stringify(result);

  if (taken.kind === "refused") {
    if (hasJoined && !mayHaveLeft) faults.others.push(`way ${way} is refused: ${taken.code}`);
    // Accounts and mailboxes agree: nobody can write to who left.
    if (mayHaveLeft && outcome !== "GONE")
      faults.others.push(`way ${way} left, and a put is answered ${outcome}`);
    return;
  }
  if (hasLeft) faults.others.push(`way ${way} left, and is let in`);
  if (outcome !== "STORED") faults.others.push(`way ${way} is there, a put is answered ${outcome}`);
  const acknowledged = promised.acknowledged[way] ?? 0;
  const askedFor = Math.max(
    0,
    ...recipient.asked.filter(({ atMs }) => atMs <= timeMs).map(({ position }) => position),
  );
  const texts = taken.found.map(({ text }) => text);
  for (const text of promised.stored[way] ?? []) {
    const positions = recipient.positions.get(`${way} ${text}`) ?? [];
    const mayBeAcknowledged = positions.some((position) => position <= askedFor);
    if (!texts.includes(text) && !mayBeAcknowledged) faults.lost += 1;
  }
  faults.twice += taken.found.filter(({ position }) => position <= acknowledged).length;
  faults.twice += texts.length - new Set(texts).size;
  faults.reordered += texts.filter((text, index) => text < (texts[index - 1] ?? -1)).length;
  if (taken.found.some((one) => one.way !== way)) faults.others.push("a text of another way");
  const after = await takeAll(origin, recipient.phone);
  const came = after.kind === "taken" ? after.found : [];
  const highest = Math.max(acknowledged, ...taken.found.map(({ position }) => position));
  const [one] = came;
  if (came.length !== 1 || one?.text !== again.text || one.position <= highest)
    faults.others.push(`way ${way} does not go on: ${JSON.stringify(came)} after ${highest}`);
}

type Taken =
  | { readonly kind: "taken"; readonly found: readonly Found[] }
  | { readonly kind: "refused"; readonly code: string };

/** Takes and acknowledges until nothing waits. */
async function takeAll(origin: string, phone: Phone): Promise<Taken> {
  const socket = await connect({ origin }, "/inbox");
  const found: Found[] = [];
  let request = 0;
  let isCaughtUp = false;
  let acknowledging = 0;
  const ask = (body: Parameters<typeof inboxFrame>[1]) => {
    request += 1;
    socket.webSocket.send(inboxFrame(request, body));
  };
  try {
    for (;;) {
      const answer = inboxAnswerIn(await socket.next());
      if (answer.case === "error") return { kind: "refused", code: answer.value.code };
      if (answer.case === "challenge")
        ask({ case: "authenticate", value: await authentication(phone, answer.value.nonce) });
      if (answer.case === "acknowledged") acknowledging -= 1;
      if (answer.case === "delivery") {
        const { envelopes, caughtUp } = answer.value;
        isCaughtUp = caughtUp;
        for (const { body, position } of envelopes)
          found.push({ ...readBody(body), position: Number(position) });
        const last = envelopes.at(-1)?.position;
        if (last !== undefined) {
          acknowledging += 1;
          ask({ case: "acknowledge", value: { position: last } });
        }
      }
      if (isCaughtUp && acknowledging === 0) return { kind: "taken", found };
    }
  } finally {
    socket.webSocket.terminate();
    await socket.closed;
  }
}
