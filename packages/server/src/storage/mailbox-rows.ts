// What is kept of mailboxes beside the accounts they belong to, so that it changes with these in one transaction. The
// envelope log believes it over what itself says of mailboxes.
import type { BlockChange } from "../mailbox/store.ts";
import type { MailboxRow } from "./envelope-log/envelope-log.ts";

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

const idBytes = 16;
const rowsPerPage = 10_000;

/** All of them, as they are when it gets there. */
export async function* allMailboxRows(
  rows: Pick<MailboxRows, "page">,
): AsyncGenerator<readonly MailboxRow[]> {
  let after = 0;
  for (;;) {
    const { last, mailboxIds, generations, blocked } = await rows.page(after, rowsPerPage);
    if (generations.length === 0) return;
    after = last;
    const serials = Map.groupBy(blocked, ({ index }) => index);
    yield Array.from(generations, (generation, index) => ({
      mailboxId: mailboxIds.subarray(index * idBytes, (index + 1) * idBytes),
      generation,
      blocked: serials.get(index)?.map(({ serial }) => serial) ?? [],
    }));
  }
}
