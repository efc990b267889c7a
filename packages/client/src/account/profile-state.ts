// The profile's one state record, in memory and in the store alike.
import { AssentError } from "@assent/protocol";
import { create } from "@bufbuild/protobuf";
import { understanding } from "../content/understanding.ts";
import { profileFormat } from "../store/migrations.ts";
import {
  type ProfileState,
  ProfileStateSchema,
  put,
  type Records,
  type Step,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";

export class ProfileStateKeeper {
  readonly #records: Records;
  #state: ProfileState;
  #last: Promise<void> = Promise.resolve();

  private constructor(records: Records, state: ProfileState) {
    this.#records = records;
    this.#state = state;
  }

  /** @throws AssentError profile_unreadable */
  static async load(records: Records): Promise<ProfileStateKeeper> {
    const stored = await records.get("profile", "state");
    if (stored && stored.format !== profileFormat) throw new AssentError("profile_unreadable");
    const contentVersion = understanding.version;
    const fresh = create(ProfileStateSchema, { format: profileFormat, contentVersion });
    return new ProfileStateKeeper(records, stored ?? fresh);
  }

  get current(): ProfileState {
    return this.#state;
  }

  /**
   * Changes fields of the state, together with other changes, durably; in memory only after that.
   * @param fields those fields, or what they become of the state as it is once all changes before this are made: for whoever
   *   waited for the service since they read it.
   * @param together those changes, or what finds them in the step that stores them.
   */
  change(
    fields: Partial<ProfileState> | ((current: ProfileState) => Partial<ProfileState>),
    together: readonly Change[] | ((step: Step) => Promise<readonly Change[]>) = [],
  ): Promise<void> {
    const changed = this.#last.then(async () => {
      const changed = typeof fields === "function" ? fields(this.#state) : fields;
      const next = { ...this.#state, ...changed };
      await this.#records.step(async (step) => {
        step.add(typeof together === "function" ? await together(step) : together);
        step.add([put("profile", "state", next)]);
      });
      this.#state = next;
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }
}
