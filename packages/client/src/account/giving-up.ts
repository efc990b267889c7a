// What keeps conversations, as whoever ends an account or begins anew asks it to give things up. It only says what is to
// be stored: that is stored together with what made it necessary.
import type { Step } from "../store/records.ts";
import type { Change } from "../store/store.ts";

export interface GivingUp {
  /**
   * At once where this profile was set back: no key of a group is used a second time, no address given to a second person, and
   * no text goes out that may have gone another way since.
   */
  setBack(step: Step): Promise<Change[]>;
  /** With the mailbox's other generation, of a profile that was set back: nothing comes through former addresses. */
  beginningAnew(step: Step): Promise<Change[]>;
  /** With another device in its place: the same, and what nobody said that they have is sent again. */
  anotherDevice(step: Step): Promise<Change[]>;
  /** With the yes to read receipts: those that were not sent are not. */
  readReceipts(step: Step): Promise<Change[]>;
  /** With the yes to SMS by the service: what it was not asked to send is not sent, and it is asked nothing more. */
  smsRelay(step: Step): Promise<Change[]>;
  /** With the account: keys and groups go, and what was not sent will not be. Texts and people stay. */
  account(step: Step): Promise<Change[]>;
}
