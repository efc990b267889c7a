// What the bench runs in a page of the app's own origin before the app does: fills the phone's store with
// conversations, each text as it would lie there had it come or been sent.
import { openDomStore } from "@assent/client/dom";
import { create } from "@bufbuild/protobuf";
import {
  ConversationSchema,
  MessageSchema,
  point,
  put,
  TextState,
} from "../../packages/client/src/store/records.ts";
import type { Change } from "../../packages/client/src/store/store.ts";
import { type SeededConversation, seededText } from "./seeded.ts";

// Texts that are stored at once.
const batch = 2_000;
const minuteMs = 60_000;

async function seed(conversations: readonly SeededConversation[]): Promise<void> {
  // The newest text is from now on, so that no clock stands before it.
  const total = conversations.reduce((sum, { texts }) => sum + texts, 0);
  const firstSentAtMs = Date.now() - total * minuteMs;
  const store = await openDomStore("assent");
  let sequence = 0;
  let changes: Change[] = [];
  for (const { number, name, texts } of conversations) {
    let newestText = "";
    const conversation = hexOf(sequence + 1).slice(-16);
    for (let index = 1; index <= texts; index += 1) {
      sequence += 1;
      newestText = String(sequence).padStart(12, "0");
      const id = hexOf(sequence);
      const outgoing = index % 2 === 0;
      const record = create(MessageSchema, {
        id,
        number,
        outgoing,
        text: seededText(index),
        sentAtMs: BigInt(firstSentAtMs + sequence * minuteMs),
        state: outgoing ? TextState.DELIVERED : TextState.RECEIVED,
        route: "private",
        conversation,
      });
      changes.push(
        put("messages", newestText, record),
        point("messageIds", id, newestText),
        point("threads", `${conversation}/${newestText}`, newestText),
      );
      if (index % batch === 0) {
        await store.commit(changes);
        changes = [];
      }
    }
    const record = create(ConversationSchema, { number, newestText, readUpTo: newestText });
    changes.push(
      put("conversations", conversation, record),
      point("conversationIds", number, conversation),
      put("contacts", number, { $typeName: "assent.profile.v1.Contact", name }),
    );
  }
  await store.commit(changes);
  await store.close();
  // The owner passed the welcome.
  localStorage.setItem("assent.welcomed", "yes");
}

function hexOf(index: number): string {
  return index.toString(16).padStart(64, "0");
}

Object.assign(globalThis, { seed });
