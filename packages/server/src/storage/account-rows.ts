// The accounts port as far as rows go. How many envelopes ended with an account, only the envelope log can say; when what ended
// is in the journal, only the journal.
import type { AccountStore, Created, CreateOutcome, Ended } from "../accounts/store.ts";

export interface CreatedRows extends Omit<Created, "journalled"> {
  /** That were taken over. */
  readonly endedAccounts: readonly Uint8Array[];
}

export type CreateRowsOutcome = CreatedRows | Exclude<CreateOutcome, Created>;
export type EndedRows = Omit<Ended, "envelopes" | "journalled">;
export type EndRowsOutcome = EndedRows | { readonly kind: "no-account" };

export interface AccountRows extends Omit<AccountStore, "create" | "end" | "endByNumber"> {
  create(...given: Parameters<AccountStore["create"]>): Promise<CreateRowsOutcome>;
  end(...given: Parameters<AccountStore["end"]>): Promise<EndRowsOutcome>;
  endByNumber(
    ...given: Parameters<AccountStore["endByNumber"]>
  ): Promise<EndRowsOutcome | { readonly kind: "claim-spent" }>;
}
