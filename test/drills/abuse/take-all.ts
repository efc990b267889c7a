// As a phone does when it comes online: takes all that waits, and acknowledges it.
import { openInbox, type Phone, type Server, type TestInbox } from "@assent/bare-phone";

export interface Taken {
  /** Open still. */
  readonly inbox: TestInbox;
  /** Of what was dropped there is no body. */
  readonly envelopes: number;
}

export async function takeAll(
  server: Pick<Server, "origin" | "from">,
  phone: Phone,
): Promise<Taken> {
  const inbox = await openInbox(server, phone);
  let envelopes = 0;
  let newest = 0n;
  let acknowledged = 0n;
  let isCaughtUp = false;
  // Deliveries do not wait for what is acknowledged: either may come first.
  while (!isCaughtUp || acknowledged < newest) {
    const answer = await inbox.answer();
    if (answer.case === "error") throw new Error(answer.value.code);
    if (answer.case === "acknowledged") acknowledged = answer.value.position;
    if (answer.case !== "delivery") continue;
    envelopes += answer.value.envelopes.filter(({ body }) => body.length > 0).length;
    newest = answer.value.envelopes.at(-1)?.position ?? newest;
    isCaughtUp = answer.value.caughtUp;
    if (newest > acknowledged) inbox.ask({ case: "acknowledge", value: { position: newest } });
  }
  return { inbox, envelopes };
}
