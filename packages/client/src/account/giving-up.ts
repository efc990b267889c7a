// What keeps conversations, as whoever ends an account or begins anew asks it to give things up. It only says what is to
// be stored: that is stored together with what made it necessary.
import type { Step } from "../store/records.ts";
import type { Change } from "../store/store.ts";

export interface GivingUp {
  /** At once where this profile was set back: no key of a group is used a second time, no address given to a second person. */
  setBack(step: Step): Promise<Change[]>;
  /** With the mailbox's other generation: nothing comes through former addresses, and what nobody has is sent again. */
  beginningAnew(step: Step): Promise<Change[]>;
  /** With the yes to read receipts: those that were not sent are not. */
  readReceipts(step: Step): Promise<Change[]>;
  /** With the account: keys and groups go, and what was not sent will not be. Texts and people stay. */
  account(step: Step): Promise<Change[]>;
}
