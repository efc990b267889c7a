// The ledger from its newest item to its oldest, a page at a time.
import type { LedgerLine } from "@assent/client";
import { phone } from "../phone/phone-state.ts";

const pageSize = 100;

export async function* ledgerPages(): AsyncGenerator<readonly LedgerLine[]> {
  let before: string | undefined;
  for (;;) {
    const { lines, more } = await phone.ledgerPage(pageSize, before);
    yield lines;
    before = lines.at(-1)?.key;
    if (!more) return;
  }
}
