// Requests: first contacts whose number the record has not confirmed yet. Opening one fetches the record; the
// texts of a confirmed one move into the number's thread, a false one is dropped with all it brought.
import { AssentError, equalBytes, type PhoneNumber } from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import {
  type Discovery,
  type Found,
  formerOwners,
  lowestVersionOf,
} from "../../discovery/discovery.ts";
import {
  type Person,
  put,
  type Records,
  remove,
  Standing,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { confirmedRequest, notice, requestThread } from "../history/messages.ts";
import { droppedRequest } from "../history/requests.ts";
import { removedGroup } from "../people/groups.ts";
import { isConfirmed, manifestOf, personKey } from "../people/person.ts";

export class Requests {
  readonly #records: Records;
  readonly #discovery: Discovery;
  readonly #now: () => number;

  constructor(records: Records, discovery: Discovery, now: () => number) {
    this.#records = records;
    this.#discovery = discovery;
    this.#now = now;
  }

  /**
   * Opens all requests, in the order in which their first texts came. A number's record is asked for once, however many
   * wrote under it.
   * @returns whether anybody may be told now that what they wrote came.
   * @throws AssentError unreachable; those that were not opened stay.
   */
  async open(self: Self): Promise<boolean> {
    let isAnyCurrent = false;
    for (const [number, keys] of await this.#waiting()) {
      try {
        if (await this.#openAllOf(self, number, keys)) isAnyCurrent = true;
      } catch (error) {
        // One that needs a lookup, and there are none left: the others need none.
        if (!(error instanceof AssentError) || error.code !== "lookups_used_up") throw error;
      }
    }
    return isAnyCurrent;
  }

  /** Of each number, who wrote under it. */
  async #waiting(): Promise<Map<PhoneNumber, string[]>> {
    const waiting: { key: string; person: Person; firstText: string }[] = [];
    for (const { key, record: person } of await this.#records.list("people")) {
      if (isConfirmed(person)) continue;
      const prefix = `${requestThread(key)}/`;
      const [first] = await this.#records.pointers("threads", { prefix, limit: 1 });
      waiting.push({ key, person, firstText: first?.text ?? "" });
    }
    waiting.sort((one, other) => (one.firstText < other.firstText ? -1 : 1));
    const keysOf = new Map<PhoneNumber, string[]>();
    for (const { key, person } of waiting) {
      const number = person.number as PhoneNumber;
      keysOf.set(number, [...(keysOf.get(number) ?? []), key]);
    }
    return keysOf;
  }

  async #openAllOf(self: Self, number: PhoneNumber, keys: readonly string[]): Promise<boolean> {
    const evaluated = await this.#records.get("numbers", number);
    const found: Found = evaluated
      ? await this.#discovery.recordOfEvaluated(self, number, evaluated)
      : { route: "sms" };
    let isAnyCurrent = false;
    for (const key of keys) {
      const standing = await this.#records.step((step) =>
        settle(step, key, number, found, this.#now()),
      );
      if (standing === Standing.CURRENT) isAnyCurrent = true;
    }
    return isAnyCurrent;
  }
}

/** What the record says of a request, as it is by now. Undefined where nobody became known by it. */
async function settle(
  step: Step,
  key: string,
  number: PhoneNumber,
  found: Found,
  nowMs: number,
): Promise<Standing | undefined> {
  const person = await step.get("people", key);
  const record = await step.get("numbers", number);
  // It was opened or dropped meanwhile, or another under its own number took its place.
  if (!person || isConfirmed(person) || person.number !== number) return;
  const isTheirs =
    record !== undefined &&
    found.route === "private" &&
    personKey(found.accountId) === key &&
    manifestOf(person).version >= found.lowestManifestVersion;
  if (!isTheirs) {
    await drop(step, key);
    return;
  }
  // A number that was blocked is not heard, whoever has it. Their groups stay: once unblocked, they are read in those.
  if (record.blocked) step.add(await droppedRequest(step, key));
  const isFirst = record.acceptedAccountId.length === 0;
  const isSame = equalBytes(record.acceptedAccountId, found.accountId);
  const isContact = (await step.get("contacts", number)) !== undefined;
  const accountId = new Uint8Array(found.accountId);
  const standing = isContact && (isFirst || isSame) ? Standing.CURRENT : Standing.REQUEST;
  step.add([
    put("people", key, { ...person, standing }),
    put("numbers", number, {
      ...record,
      accountId,
      lowestManifestVersion: Math.max(
        found.vouchedManifestVersion,
        lowestVersionOf(record, accountId),
      ),
      ...(isFirst ? { acceptedAccountId: accountId } : {}),
    }),
  ]);
  step.add(await formerOwners(step, number, found.accountId));
  if (!isFirst && !isSame && !record.blocked) step.add([await notice(step, number, "key_changed")]);
  await confirmedRequest(step, key, nowMs);
  return standing;
}

async function drop(step: Step, key: string): Promise<void> {
  const person = await step.get("people", key);
  const changes: Change[] = [remove("people", key)];
  for (const groupId of person?.groups ?? []) changes.push(...removedGroup(groupId));
  for (const given of await step.list("given")) {
    if (personKey(given.record.accountId) === key) changes.push(remove("given", given.key));
  }
  changes.push(...(await droppedRequest(step, key)));
  step.add(changes);
}
