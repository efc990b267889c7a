// The mailbox sockets of one phone under bad input, and what is put into its mailbox after all that.
import assert from "node:assert/strict";
import { mint, openInbox } from "@assent/bare-phone";
import type { Cases } from "./cases.ts";
import { InboxTargets } from "./inbox-frames.ts";
import { OutboxTargets } from "./outbox-frames.ts";
import { RawSocketTargets } from "./raw-sockets.ts";
import type { FuzzedService } from "./service.ts";
import { assertWhole } from "./whole-mailbox.ts";

export class SocketTargets {
  readonly #service: FuzzedService;
  readonly #cases: Cases;

  constructor(service: FuzzedService, cases: Cases) {
    this.#service = service;
    this.#cases = cases;
  }

  async run(total: number): Promise<void> {
    const phone = await this.#service.newPhone();
    const inbox = await openInbox(this.#service, phone);
    const [address] = await mint(inbox);
    inbox.webSocket.close();
    assert.ok(address);
    const { capability } = address;
    await new OutboxTargets(this.#service, this.#cases, phone, capability).run(total * 0.5);
    await new InboxTargets(this.#service, this.#cases, phone).run(total * 0.4);
    await assertWhole(this.#service, phone, capability);
    await new RawSocketTargets(this.#service, this.#cases).run(total * 0.1);
  }
}
