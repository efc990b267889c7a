// What the owner deletes here, on this device: texts, and all that tells what was in them. What is left of a text is its
// place and its message id, so that one that comes again is not shown again. Nobody else is told.
import { ContentSchema, hex } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import {
  type Annotation,
  decodeStored,
  type Message,
  MessageSchema,
  put,
  type Records,
  remove,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { deliveriesOf, forgottenDelivery } from "./deliveries.ts";
import { forgetExpiry } from "./expiry.ts";
import { requestThread } from "./messages.ts";
import { unseenOf } from "./unseen.ts";

// Texts that are deleted in one step, so that others can run between two.
const deletedAtOnce = 500;

/** The thread that a text is in, also one of a request that was not confirmed. */
export function threadOf({ conversation, senderAccountId }: Message): string {
  return conversation || requestThread(hex(senderAccountId));
}

/** Deletes one text of a thread. One of the owner's that waits to be sealed, or for the service to send it, is not sent. */
export async function deleteText(
  step: Step,
  conversation: string,
  key: string,
  nowMs: number,
): Promise<void> {
  if (!(await step.pointer("threads", `${conversation}/${key}`))) return;
  step.add(await deleted(step, conversation, key, nowMs));
  const record = await step.get("conversations", conversation);
  // One of a request that was not confirmed is in none.
  if (!record) return;
  const prefix = `${conversation}/`;
  const [newest] = await step.pointers("threads", { prefix, newestFirst: true, limit: 1 });
  step.add([put("conversations", conversation, { ...record, newestText: newest?.text ?? "" })]);
}

/**
 * Deletes all texts of a thread that are there when this begins, and what of its people is shown nowhere; the conversation stays,
 * and so does what comes meanwhile.
 */
export async function clearThread(
  records: Records,
  conversation: string,
  nowMs: number,
): Promise<void> {
  await records.step(async (step) => step.add(await unseen(step, conversation)));
  const prefix = `${conversation}/`;
  const [newest] = await records.pointers("threads", { prefix, newestFirst: true, limit: 1 });
  for (let isMore = newest !== undefined; isMore; ) {
    isMore = await records.step(async (step) => {
      const texts = await step.pointers("threads", { prefix, limit: deletedAtOnce });
      const due = texts.filter(({ text }) => text <= (newest?.text ?? ""));
      for (const { text } of due) step.add(await deleted(step, conversation, text, nowMs));
      const record = await step.get("conversations", conversation);
      const [last] = await step.pointers("threads", { prefix, newestFirst: true, limit: 1 });
      if (record) {
        const newestText = last?.text ?? "";
        step.add([put("conversations", conversation, { ...record, newestText })]);
      }
      return due.length === deletedAtOnce;
    });
  }
}

/**
 * What is shown nowhere: it is not understood, or waits to be shown with a message. That one was taken back stays: it says nothing,
 * and holds should the message come.
 */
async function unseen(step: Step, conversation: string): Promise<Change[]> {
  const number = (await step.get("conversations", conversation))?.number;
  const people = await step.list("people");
  const accounts = new Set(
    people.filter(({ record }) => record.number === number).map(({ key }) => key),
  );
  const isUnsent = ({ contentEncoded }: Annotation) =>
    decodeStored(ContentSchema, contentEncoded).body.case === "unsent";
  const isTheirs = (accountId: Uint8Array) => accounts.has(hex(accountId));
  const waiting = (await step.list("waiting")).filter(
    ({ record }) => isTheirs(record.accountId) && !isUnsent(record),
  );
  const kept = await unseenOf(step, isTheirs);
  return [
    ...waiting.map(({ key }) => remove("waiting", key)),
    ...kept.map(({ key }) => remove("kept", key)),
  ];
}

async function deleted(
  step: Step,
  conversation: string,
  key: string,
  nowMs: number,
): Promise<Change[]> {
  const message = await step.get("messages", key);
  return [
    remove("threads", `${conversation}/${key}`),
    remove("queue", key),
    remove("relayed", key),
    remove("undelivered", key),
    ...(message ? [remove("kept", `m${message.id}`), ...forgetExpiry(key, message)] : []),
    ...(await step.list("annotations", { prefix: `${key}/` })).map((row) =>
      remove("annotations", row.key),
    ),
    ...(await deliveriesOf(step, key)).flatMap(forgottenDelivery),
    put("messages", key, create(MessageSchema, { deletedAtMs: BigInt(nowMs) })),
  ];
}
