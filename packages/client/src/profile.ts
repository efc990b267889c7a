// One profile, one phone: the SDK's only class. Wires its rooms, offers each as a group, and runs one thing at a time.
import { AssentError } from "@assent/protocol";
import type { Account } from "./account/account.ts";
import { ProfileStateKeeper } from "./account/profile-state.ts";
import type { Contacts } from "./contacts/contacts.ts";
import { type Understanding, understanding } from "./content/understanding.ts";
import type { Conversations } from "./conversations/history/conversations.ts";
import type { Queue } from "./conversations/outgoing/text-queue.ts";
import type { People } from "./conversations/people/people.ts";
import type { Ledger } from "./egress/ledger.ts";
import { type EventsOptions, eventsFrom, type ProfileEvent } from "./events.ts";
import type { Push } from "./push/push.ts";
import { readingOf } from "./reading-former.ts";
import { type ProfileParts, type Rooms, wireRooms } from "./rooms.ts";
import { type ProfileChange, shownChange } from "./store/changes.ts";
import { Commits } from "./store/commits.ts";
import { migrate } from "./store/migrations.ts";
import { Records } from "./store/records.ts";
import type { Change } from "./store/store.ts";

/** Nothing leaves by opening it. @throws AssentError profile_unreadable; what was handed in is closed then. */
export function openProfile(parts: ProfileParts): Promise<Profile> {
  return openProfileAs(understanding, parts);
}

/** As a version that understands so much of contents. */
export async function openProfileAs(
  understanding: Understanding,
  parts: ProfileParts,
): Promise<Profile> {
  try {
    await migrate(parts.store, readingOf(parts.encryption));
    const commits = new Commits();
    const tell = (changes: readonly Change[]) => commits.tell(changes);
    const records = new Records(parts.store, tell);
    const ledgerRecords = new Records(parts.store, tell);
    const state = await ProfileStateKeeper.load(records);
    const turns = new Turns();
    const oneByOne = <T>(step: () => Promise<T>) => turns.take(step);
    const rooms = wireRooms({ ...parts, records, ledgerRecords, state, oneByOne, understanding });
    await rooms.expiring.run();
    commits.watch((changes) => rooms.expiring.stored(changes));
    rooms.rereading.start();
    return new Profile(parts, rooms, turns, commits);
  } catch (error) {
    parts.network.close();
    await parts.store.close();
    throw error;
  }
}

export class Profile {
  /** Being on: the yes, the code, leaving. */
  readonly account: Account;
  /** Who they are, whether they can be written to privately, and whom to hear nothing from. */
  readonly people: People;
  /** The owner's conversations, as this device has them. */
  readonly conversations: Conversations;
  /** Texts of the owner's, and what becomes of them. */
  readonly texts: Queue;
  /** The owner's address book, and the country that numbers are typed in. */
  readonly contacts: Contacts;
  /** All that left this device. */
  readonly ledger: Ledger;
  /** Being woken while the app is closed. */
  readonly push: Push;
  readonly #parts: ProfileParts;
  readonly #rooms: Rooms;
  readonly #turns: Turns;
  readonly #commits: Commits;
  readonly #closing = new AbortController();
  #isFollowed = false;

  /** @internal */
  constructor(parts: ProfileParts, rooms: Rooms, turns: Turns, commits: Commits) {
    this.#parts = parts;
    this.#rooms = rooms;
    this.#turns = turns;
    this.#commits = commits;
    this.account = rooms.account;
    this.people = rooms.people;
    this.conversations = rooms.conversations;
    this.texts = rooms.texts;
    this.contacts = rooms.contacts;
    this.ledger = rooms.ledger;
    this.push = rooms.push;
  }

  /** Calls with what changed, after each commit. Returns what ends that. */
  watch(watcher: (change: ProfileChange) => void): () => void {
    return this.#commits.watch((changes) => {
      const change = shownChange(changes);
      if (change) watcher(change);
    });
  }

  /**
   * What comes, and what becomes of what was sent, in order; taken from the service for as long as this goes on. An event
   * counts as shown when the next one is asked for: what a killed program had in its hands comes again, and says so.
   * @throws AssentError consent_required, signed_out, service_untrusted; unreachable where it does not follow;
   *   profile_in_use while other events of this profile are asked for.
   */
  async *events({ signal, follow = true }: EventsOptions = {}): AsyncGenerator<ProfileEvent> {
    if (this.#isFollowed) throw new AssentError("profile_in_use");
    this.#isFollowed = true;
    const ended = new AbortController();
    const end = () => {
      ended.abort();
      // What takes once looks at no signal while it waits for the service.
      if (!follow) this.#rooms.mailboxes.close();
    };
    const signals = signal ? [signal, this.#closing.signal] : [this.#closing.signal];
    for (const each of signals) {
      if (each.aborted) end();
      each.addEventListener("abort", end);
    }
    try {
      yield* eventsFrom({
        showing: this.#rooms.showing,
        receive: (connected) => this.#receive(ended.signal, follow, connected),
        onStored: (step) =>
          this.#commits.watch((changes) => {
            if (changes.some(({ table, value }) => table === "unshown" && value)) step();
          }),
        end,
      });
    } catch (error) {
      // A store that is closed tells nothing, and takes nothing: what was not shown comes again.
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      for (const each of signals) each.removeEventListener("abort", end);
      this.#isFollowed = false;
    }
  }

  /** Lets go of the network and the store, and ends the events. What was under way fails or was done. */
  async close(): Promise<void> {
    this.#closing.abort();
    const { texts, mailboxes, egress, rereading, expiring, smsRelay, push } = this.#rooms;
    const sent = texts.close();
    push.close();
    mailboxes.close();
    // First: turning on, or a look-up, may wait for a line that is dead.
    egress.close();
    const ends = [rereading.stop(), expiring.stop(), smsRelay.close()];
    await Promise.all([sent, this.#turns.settled(), ...ends]);
    // What was being sent may have opened another, the moment before.
    mailboxes.close();
    await mailboxes.settled();
    await this.#parts.store.close();
  }

  async #receive(
    ended: AbortSignal,
    follow: boolean,
    connected: (isConnected: boolean) => void,
  ): Promise<void> {
    const { account, mailboxes, self } = this.#rooms;
    await account.openAgain();
    const asked = self();
    try {
      await mailboxes.receive(self, {
        connected,
        ...(follow ? { follow: ended } : {}),
      });
    } catch (error) {
      if (error instanceof AssentError && error.code === "signed_out") {
        await account.signedOut(asked, error);
      }
      throw error;
    }
  }
}

/** One thing at a time. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step, step);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async settled(): Promise<void> {
    await this.#last;
  }
}
