// What a later version sends, kept whole until this device has one that understands it. What is shown by its fallback is its
// owner's to delete. Of the rest nobody sees anything: of each account what came last is kept, and of strangers what came first.
import { type EnvelopeContent, EnvelopeContentSchema, equalBytes, hex } from "@assent/protocol";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type KeptContent,
  KeptContentSchema,
  point,
  put,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { unseenOf } from "../history/unseen.ts";

const mostUnseen = 64;
// Anybody can send these: nobody pushes out what another sent.
const mostOfStrangers = 100;

/** A content that is not understood, under its message id. Nothing to change where it came before. */
export async function keptContent(
  step: Step,
  id: string,
  content: Pick<KeptContent, "accountId" | "deviceId" | "conversationId" | "receivedAtMs">,
  encoded: Uint8Array<ArrayBuffer>,
  isShown: boolean,
): Promise<Change[]> {
  const key = `m${id}`;
  const isKnown = (await step.get("kept", key)) || (await step.pointer("messageIds", id));
  if (isKnown) return [];
  const kept = create(KeptContentSchema, {
    ...content,
    encoded: { case: "content", value: encoded },
  });
  return [
    ...(isShown ? [] : await unseenBefore(step, content.accountId)),
    put("kept", key, kept),
    point("unapplied", await step.nextKey("unapplied"), key),
  ];
}

/** An envelope of which nothing is understood, under its id. */
export async function keptEnvelope(
  step: Step,
  envelopeId: Uint8Array,
  content: EnvelopeContent,
  whose: Pick<KeptContent, "accountId" | "conversationId"> | undefined,
  nowMs: number,
): Promise<Change[]> {
  const kept = create(KeptContentSchema, {
    ...whose,
    receivedAtMs: BigInt(nowMs),
    // Unknown fields are encoded as they came.
    encoded: { case: "envelopeContent", value: toBinary(EnvelopeContentSchema, content) },
  });
  const change = put("kept", `e${hex(envelopeId)}`, kept);
  if (whose) return [...(await unseenBefore(step, whose.accountId)), change];
  const ofStrangers = (await step.list("kept")).filter(
    ({ record }) => record.accountId.length === 0,
  );
  return ofStrangers.length < mostOfStrangers ? [change] : [];
}

/** Makes room for one more of what an account sends and nothing is shown of: what came before the last ones goes. */
async function unseenBefore(step: Step, accountId: Uint8Array): Promise<Change[]> {
  const theirs = await unseenOf(step, (other) => equalBytes(other, accountId));
  if (theirs.length < mostUnseen) return [];
  const places = new Map(
    (await step.pointers("unapplied")).map(({ key: place, text: key }) => [key, place]),
  );
  const unseen = theirs.map((row) => ({ ...row, place: places.get(row.key) ?? "" }));
  unseen.sort(byArrival);
  return unseen
    .slice(0, Math.max(0, unseen.length - mostUnseen + 1))
    .flatMap(({ key, place }) => [
      remove("kept", key),
      ...(place ? [remove("unapplied", place)] : []),
    ]);
}

interface Placed {
  readonly record: Pick<KeptContent, "receivedAtMs">;
  readonly place: string;
}

function byArrival({ record: a, place: one }: Placed, { record: b, place: other }: Placed): number {
  if (a.receivedAtMs !== b.receivedAtMs) return a.receivedAtMs < b.receivedAtMs ? -1 : 1;
  return one < other ? -1 : 1;
}
