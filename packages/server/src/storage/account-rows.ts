// The accounts port as far as rows go. How many envelopes ended with an account, only the envelope log can say.
import type { AccountStore, Ended } from "../accounts/store.ts";

export type EndedRows = Omit<Ended, "envelopes">;
export type EndRowsOutcome = EndedRows | { readonly kind: "no-account" };

export interface AccountRows extends Omit<AccountStore, "end" | "endByNumber"> {
  end(...given: Parameters<AccountStore["end"]>): Promise<EndRowsOutcome>;
  endByNumber(
    ...given: Parameters<AccountStore["endByNumber"]>
  ): Promise<EndRowsOutcome | { readonly kind: "claim-spent" }>;
}
