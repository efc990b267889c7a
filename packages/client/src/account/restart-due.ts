// When a device begins anew that was set back: by itself once in a month; two copies of one profile would take turns for ever.
import { isOver } from "../clock/elapsed.ts";
import type { ProfileState } from "../store/records.ts";

const byItselfEveryMs = 30 * 86_400_000;

/** Whether the owner has to say so first. */
export function waitsForOwner({ restart, restartedAtMs }: ProfileState, nowMs: number): boolean {
  if (!restart?.setBack || restart.confirmed) return false;
  return !isOver(restartedAtMs, byItselfEveryMs, nowMs);
}

export function isRestartDue(state: ProfileState, nowMs: number): boolean {
  return state.restart !== undefined && !waitsForOwner(state, nowMs);
}
