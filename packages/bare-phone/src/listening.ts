// A phone that listens and has nothing waiting, with somebody who can write to it: what most tests of mailboxes begin with.
import type { MintedCapability } from "@assent/protocol";
import { turnOn } from "./account.ts";
import { mint, openInbox, type TestInbox } from "./inbox.ts";
import { openOutbox, type TestOutbox } from "./outbox.ts";
import { makePhone, type Phone, type Server } from "./phone.ts";

export interface ListeningPhone {
  readonly phone: Phone;
  /** Ready, and caught up. */
  readonly inbox: TestInbox;
  /** A full one of its mailbox. */
  readonly address: MintedCapability;
  readonly outbox: TestOutbox;
}

export async function listeningPhone(server: Server, number: string): Promise<ListeningPhone> {
  const phone = await makePhone(server, number);
  await turnOn(server, phone);
  const inbox = await openInbox(server, phone);
  await inbox.until("delivery");
  const [address] = await mint(inbox);
  if (!address) throw new Error("no address");
  return { phone, inbox, address, outbox: await openOutbox(server) };
}
