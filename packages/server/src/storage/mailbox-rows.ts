// What is kept of mailboxes beside the accounts they belong to, so that it changes with these in one transaction. The
// envelope log believes it over what itself says of mailboxes.
import type { BlockChange } from "../mailbox/store.ts";

/** Mailboxes in the order they were made; flat, since a start reads all there are. */
export interface MailboxRowsPage {
  /** Where the next page begins. */
  readonly last: number;
  /** 16 bytes for each. */
  readonly mailboxIds: Uint8Array;
  readonly generations: Uint32Array;
  /** Serials, each with the place of its mailbox in this page. */
  readonly blocked: readonly { readonly index: number; readonly serial: Uint8Array }[];
}

/** Every method resolves when what it did is durable. */
export interface MailboxRows {
  lineage(): Promise<number>;
  /** Whether the journal has it as ended. */
  hasEnded(mailboxId: Uint8Array): Promise<boolean>;
  /** As `block` of the mailboxes' port. */
  block(mailboxId: Uint8Array, change: BlockChange, most: number): Promise<boolean>;
  /** @param after `last` of the page before, 0 for the first */
  page(after: number, most: number): Promise<MailboxRowsPage>;
}

const rowsPerPage = 10_000;

/** All of them, as they are when it gets there: while a page is looked at, the next one is read. */
export async function* allMailboxRows(
  rows: Pick<MailboxRows, "page">,
): AsyncGenerator<MailboxRowsPage> {
  let reading = rows.page(0, rowsPerPage);
  for (;;) {
    const page = await reading;
    if (page.generations.length === 0) return;
    reading = rows.page(page.last, rowsPerPage);
    // It is told in its turn, where anybody still asks.
    reading.catch(() => {});
    yield page;
  }
}
