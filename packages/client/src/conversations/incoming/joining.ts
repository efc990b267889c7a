// What a first contact brings: its group is joined, whoever wrote it is known, and what they wrote is applied. Of a number that
// was blocked the last is left out alone: the group is in no later envelope, and is what they are read in once unblocked.
import { type DeliveredEnvelope, type FirstContact, hex, limits, sha256 } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import type { Self } from "../../account/self.ts";
import { EncryptionRefused } from "../../encryption/encryption.ts";
import {
  GivenAddressSchema,
  type Person,
  put,
  SeenSchema,
  type Step,
} from "../../store/records.ts";
import type { Change } from "../../store/store.ts";
import { notice } from "../history/messages.ts";
import type { ConversingParts } from "../outgoing/sealing.ts";
import { breakGroupsWith, newGroup, removedGroup, withGroup } from "../people/groups.ts";
import { namedPeers, trustedWith } from "../people/peer-devices.ts";
import { manifestOf, personKey } from "../people/person.ts";
import type { Applying } from "./applying.ts";
import { checkFirstContact, notOpened } from "./first-contact.ts";
import type { GroupMessages } from "./group-messages.ts";

export class Joining {
  readonly #parts: ConversingParts;
  readonly #messages: GroupMessages;
  readonly #applying: Applying;

  constructor(parts: ConversingParts, messages: GroupMessages, applying: Applying) {
    this.#parts = parts;
    this.#messages = messages;
    this.#applying = applying;
  }

  async join(
    step: Step,
    self: Self,
    envelope: DeliveredEnvelope,
    contact: FirstContact,
  ): Promise<Change[]> {
    const checked = await checkFirstContact(step, this.#parts.encryption, self, contact);
    if (!checked) return [];
    const accountKey = personKey(checked.accountId);
    // The same one again: its KeyPackage is gone because it was opened.
    const welcomeKey = `w${hex(sha256(contact.welcome))}`;
    if (!checked.state) {
      const isKnown = await step.get("seen", welcomeKey);
      return isKnown ? [] : notOpened(step, checked, this.#parts.now());
    }
    const seen = create(SeenSchema, { atMs: BigInt(this.#parts.now()) });
    const groupKey = hex(checked.state.groupId);
    // Joined once, and never again from its beginning: that would use its keys a second time.
    const joinedKey = `j${groupKey}`;
    if ((await step.get("groups", groupKey)) || (await step.get("seen", joinedKey))) return [];
    // A number that was blocked stays blocked, whatever account it comes from.
    const isBlocked = (await step.get("numbers", checked.number))?.blocked ?? false;
    const isLost = await breakGroupsWith(step, checked.person, contact.lostGroups);
    const { groups, forgotten } = withGroup(checked.person.groups, checked.state.groupId);
    // They write as one writes to somebody whose address is not known: it is given again.
    const person: Person = {
      ...checked.person,
      // Of what was lost with those groups, nobody has heard.
      devices: namedPeers(
        manifestOf(checked.person),
        (await step.get("people", accountKey))?.devices,
      ),
      groups,
      beginsAnew: false,
      addressesGivenAtMs: 0n,
    };
    const given = create(GivenAddressSchema, {
      accountId: checked.accountId,
      envelopeKey: contact.envelopeKey,
      provisional: true,
    });
    const changes: Change[] = [
      ...checked.changes,
      ...forgotten.flatMap(removedGroup),
      put("given", hex(envelope.addressSerial), given),
      put("seen", joinedKey, seen),
      put("seen", welcomeKey, seen),
    ];
    if (checked.person.beginsAnew && !isBlocked)
      changes.push(await notice(step, checked.number, "restarted"));
    // What they could not read in those is sent again in this one.
    if (isLost && !isBlocked)
      changes.push(...(await this.#applying.sendAgain(step, checked.accountId)));
    let state = checked.state;
    let current = person;
    const written = isBlocked ? [] : contact.groupMessages.slice(0, limits.firstContactMessages);
    for (const message of written) {
      const trusted = trustedWith(self, current);
      const decrypted = await this.#messages.openFirst(state, message, trusted);
      if (decrypted instanceof EncryptionRefused || decrypted.kind !== "application") continue;
      step.whenStored(decrypted.destroyUsed);
      state = decrypted.state;
      const applied = await this.#applying.apply(
        step,
        current,
        decrypted.sender,
        decrypted.content,
      );
      current = applied.person;
      changes.push(...applied.changes);
    }
    const members = this.#parts.encryption.membersOf(state);
    changes.push(
      put("people", accountKey, current),
      ...newGroup(checked.accountId, state, members),
    );
    return changes;
  }
}
