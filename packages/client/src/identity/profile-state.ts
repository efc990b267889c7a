// The profile's one state record, in memory and in the store alike.
import { create } from "@bufbuild/protobuf";
import { type ProfileState, ProfileStateSchema, put, type Records } from "../store/records.ts";
import type { Change } from "../store/store.ts";

export class ProfileStateKeeper {
  readonly #records: Records;
  #state: ProfileState;

  private constructor(records: Records, state: ProfileState) {
    this.#records = records;
    this.#state = state;
  }

  static async load(records: Records): Promise<ProfileStateKeeper> {
    const stored = await records.get("profile", "state");
    return new ProfileStateKeeper(records, stored ?? create(ProfileStateSchema, { format: 1 }));
  }

  get current(): ProfileState {
    return this.#state;
  }

  /** Changes fields of the state, together with other changes, durably; in memory only after that. */
  async change(fields: Partial<ProfileState>, together: readonly Change[] = []): Promise<void> {
    const next = { ...this.#state, ...fields };
    await this.#records.commit([...together, put("profile", "state", next)]);
    this.#state = next;
  }
}
