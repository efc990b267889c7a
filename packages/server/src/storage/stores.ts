// All ports of one cell's store together: what an adapter, SQLite now and PostgreSQL later, has to bring.
import type { AccountStore } from "../accounts/store.ts";
import type { CellStore } from "../cell/store.ts";
import type { HeldStore } from "../demo/store.ts";
import type { DirectoryStore } from "../directory/store.ts";
import type { DiscoveryStore } from "../discovery/store.ts";
import type { Counters } from "../limits/counters.ts";
import type { MailboxStore } from "../mailbox/store.ts";
import type { BackupStore } from "../operating/store.ts";
import type { PushStore } from "../push/store.ts";
import type { RegistrationStore } from "../registration/store.ts";
import type { SmsRelayStore } from "../sms-relay/store.ts";
import type { TimeStore } from "../time/store.ts";

export interface Stores {
  readonly cell: CellStore;
  readonly registration: RegistrationStore;
  readonly accounts: AccountStore;
  readonly directory: DirectoryStore;
  readonly discovery: DiscoveryStore;
  readonly mailbox: MailboxStore;
  readonly push: PushStore;
  readonly smsRelay: SmsRelayStore;
  /** Durable. */
  readonly counters: Counters;
  readonly time: TimeStore;
  readonly backup: BackupStore;
  /** For the demo alone. */
  readonly held: HeldStore;
  /** Whether so little room is left that no account is made: it is for who leaves. */
  isShort(): boolean;
  /** Finishes what was called, leaves nothing behind to be finished, and lets go of the store. */
  close(): Promise<void>;
}
