// A service's folder as it is before it is interrupted: somebody for whom texts wait, somebody who left, and a backup from
// before both. And what must be true of every folder that it became.
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  leave,
  makePhoneAt,
  mint,
  openInbox,
  openOutbox,
  type Phone,
  reachCell,
  turnOn,
} from "@assent/bare-phone";
import { hex, PutOutcome } from "@assent/protocol";
import type { Lifetime } from "../../network.ts";
import { DrilledService } from "../load/service.ts";
import { commanding } from "./interrupted.ts";

const waiting = 3;

export class Settled {
  readonly #folder: string;
  readonly #cellId: string;
  readonly #staying: Phone;
  readonly #left: Phone;
  readonly #capability: Uint8Array;

  private constructor(
    folder: string,
    cellId: string,
    phones: { readonly staying: Phone; readonly left: Phone; readonly capability: Uint8Array },
  ) {
    this.#folder = folder;
    this.#cellId = cellId;
    this.#staying = phones.staying;
    this.#left = phones.left;
    this.#capability = phones.capability;
  }

  /** @param folder an empty one, which stays as it is made here */
  static async make(context: Lifetime, folder: string): Promise<Settled> {
    const data = join(folder, "data");
    const service = new DrilledService(context, data);
    await service.start();
    const cell = await reachCell(service);
    const staying = await makePhoneAt(cell, "+4915110000001");
    const left = await makePhoneAt(cell, "+4915110000002");
    for (const phone of [staying, left]) await turnOn(cell, phone);
    const inbox = await openInbox(service, staying);
    const [address] = await mint(inbox);
    if (!address) throw new Error("no address");
    inbox.webSocket.terminate();
    await commanding(context, ["backup", join(folder, "kept.db"), "--data", data]).done;
    const { capability } = address;
    const settled = new Settled(folder, hex(cell.cellId), { staying, left, capability });
    for (let text = 0; text < waiting; text += 1) await settled.#put(service);
    await leave(left);
    await service.stop();
    return settled;
  }

  async copyTo(folder: string): Promise<void> {
    await cp(join(this.#folder, "data"), join(folder, "data"), { recursive: true });
    await mkdir(join(folder, "backups"), { mode: 0o700 });
  }

  async copyWithoutDatabaseTo(folder: string): Promise<void> {
    await this.copyTo(folder);
    for (const name of ["assent.db", "assent.db-room"]) await rm(join(folder, "data", name));
  }

  async copyRestoredTo(folder: string): Promise<void> {
    await this.copyWithoutDatabaseTo(folder);
    await cp(join(this.#folder, "kept.db"), join(folder, "data/assent.db"));
  }

  async isSameCell(service: DrilledService): Promise<boolean> {
    return hex((await reachCell(service)).cellId) === this.#cellId;
  }

  /** What does not hold of a service on a folder from which nothing may be missing. */
  async missingAt(service: DrilledService): Promise<string[]> {
    const faults = await this.missingOfRestored(service);
    const inbox = await openInbox(service, this.#staying);
    const delivery = await inbox.until("delivery");
    inbox.webSocket.terminate();
    const there = delivery.value.envelopes.length;
    if (there !== waiting) faults.push(`${there} of ${waiting} texts wait`);
    const outcome = await this.#put(service);
    if (outcome !== PutOutcome.STORED) faults.push("an address from before is not taken");
    return faults;
  }

  /** The same, of a backup that was put back. */
  async missingOfRestored(service: DrilledService): Promise<string[]> {
    const faults = (await this.isSameCell(service)) ? [] : ["it is another cell"];
    if (!(await isLetIn(service, this.#staying))) faults.push("who stayed is not let in");
    if (await isLetIn(service, this.#left)) faults.push("who left is back");
    return faults;
  }

  async #put(service: DrilledService): Promise<PutOutcome | undefined> {
    const outbox = await openOutbox(service);
    const result = await outbox.resultOf(outbox.put({ capability: this.#capability }));
    outbox.webSocket.terminate();
    return result.kind === "put" ? result.outcome : undefined;
  }
}

async function isLetIn(service: DrilledService, phone: Phone): Promise<boolean> {
  const inbox = await openInbox(service, phone);
  const answer = await inbox.answer();
  inbox.webSocket.terminate();
  return answer.case === "ready";
}
