// The people of the owner's conversations, as the owner deals with them: whether they can be written to privately, whether
// it is still them, and whom to hear nothing from.
import type { PhoneNumber } from "@assent/protocol";
import type { Self } from "../../account/self.ts";
import { type Waiting, waitingFor } from "../../clock/waiting.ts";
import type { Discovery } from "../../discovery/discovery.ts";
import { hasNewKey, type Route } from "../../routes/routes.ts";
import { type Identity, put, type Records, Standing } from "../../store/records.ts";
import { setBlocked } from "./blocking.ts";
import { personKey } from "./person.ts";
import { noteComparison, type PersonView, viewPerson } from "./person-view.ts";

export interface Checked {
  readonly number: PhoneNumber;
  readonly route: Route;
  /** The number's key is not the one its owner was written under before. */
  readonly keyChanged: boolean;
}

export interface PeopleParts {
  readonly records: Records;
  readonly discovery: Discovery;
  readonly self: () => Self;
  /** The owner's; undefined while private messages are off. */
  readonly identity: () => Identity | undefined;
  /** Tells the service of whom it does not know yet that they are blocked, or no longer. */
  readonly tellBlocked: () => Promise<void>;
}

export class People {
  readonly #parts: PeopleParts;

  /** @internal */
  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** What is known of them here. Asks nobody. */
  view(number: PhoneNumber): Promise<PersonView> {
    return viewPerson(this.#parts.records, this.#parts.identity(), number);
  }

  /**
   * Whether the number can be written to privately. Always asks afresh.
   * @throws AssentError consent_required, lookups_used_up, service_untrusted, unreachable
   */
  check(number: PhoneNumber, waiting?: Waiting): Promise<Checked> {
    return waitingFor(this.#check(number), waiting);
  }

  /**
   * The owner saw that the number's key changed, and will write to the new one.
   * @throws AssentError consent_required, lookups_used_up, service_untrusted, unreachable
   */
  acceptNewKey(number: PhoneNumber, waiting?: Waiting): Promise<void> {
    return waitingFor(this.#acceptNewKey(number), waiting);
  }

  /** The owner compared the safety number with the person, or takes that back. */
  setCompared(number: PhoneNumber, compared: boolean): Promise<void> {
    return noteComparison(this.#parts.records, number, compared);
  }

  /**
   * Whoever wrote first is known from now on: that their texts arrive, they are told. Nothing where they are no request.
   * @throws AssentError profile_in_use, storage_failed
   */
  accept(number: PhoneNumber): Promise<void> {
    return this.#parts.records.step(async (step) => {
      const record = await step.get("numbers", number);
      const key = record && personKey(record.accountId);
      const person = key === undefined ? undefined : await step.get("people", key);
      if (!record || key === undefined || person?.standing !== Standing.REQUEST) return;
      // The number's line of the list changes with it.
      step.add([
        put("people", key, { ...person, standing: Standing.CURRENT }),
        put("numbers", number, record),
      ]);
    });
  }

  /**
   * What comes from this number is dropped from now on, also where the service could not be told yet; who writes is not
   * told.
   * @throws AssentError storage_failed
   */
  block(number: PhoneNumber, waiting?: Waiting): Promise<void> {
    return waitingFor(this.#setBlocked(number, true), waiting);
  }

  /** Takes what comes from now on again. @throws AssentError storage_failed */
  unblock(number: PhoneNumber, waiting?: Waiting): Promise<void> {
    return waitingFor(this.#setBlocked(number, false), waiting);
  }

  async #check(number: PhoneNumber): Promise<Checked> {
    const { records, discovery, self } = this.#parts;
    const { route } = await discovery.find(self(), number);
    const record = await records.get("numbers", number);
    return { number, route, keyChanged: record !== undefined && hasNewKey(record) };
  }

  async #acceptNewKey(number: PhoneNumber): Promise<void> {
    const { records, discovery, self } = this.#parts;
    const found = await discovery.find(self(), number);
    if (found.route === "sms") return;
    const acceptedAccountId = new Uint8Array(found.accountId);
    await records.step(async (step) => {
      const record = await step.get("numbers", number);
      if (record) step.add([put("numbers", number, { ...record, acceptedAccountId })]);
    });
  }

  async #setBlocked(number: PhoneNumber, blocked: boolean): Promise<void> {
    const isUntold = await setBlocked(this.#parts.records, number, blocked);
    if (isUntold) await this.#parts.tellBlocked();
  }
}
