// Whether the app is locked, in this page: from the start where its owner wants it, and after it was out of sight for a while. It
// keeps somebody with the unlocked device out of the app, and is no more than that: nothing is encrypted by it
// (docs/decisions/0144-a-lock-that-keeps-people-out.md).
import { create } from "zustand";
import { forget, kept } from "../kept.ts";

/** What the owner chose: with which credential of this device the app opens, and how long it stays open out of sight. */
export interface LockChoice {
  /** Base64url; it names a key that the platform keeps. */
  readonly credential: string;
  readonly afterMinutes: number;
}

interface LockState {
  readonly choice: LockChoice | undefined;
  readonly isLocked: boolean;
}

const choiceKey = "assent.lock";

export const useLock = create<LockState>(() => {
  const choice = keptChoice();
  return { choice, isLocked: choice !== undefined };
});

/** @param choice none: no lock any more. */
export function chooseLock(choice: LockChoice | undefined): void {
  // A lock that would not be there for the next page is none: where it cannot be kept, that is said.
  if (choice) localStorage.setItem(choiceKey, JSON.stringify(choice));
  else forget(choiceKey);
  useLock.setState({ choice });
}

export function lockNow(): void {
  useLock.setState({ isLocked: true });
}

/** Once the platform has said that it is the owner. */
export function unlock(): void {
  useLock.setState({ isLocked: false });
}

/** Locks what was out of sight for as long as its owner chose, and what another window put a lock on. */
export function lockWhenLeft(): void {
  // Also while there is no lock: another window may put one on before this one is looked at again.
  let hiddenAtMs: number | undefined;
  let timeout: number | undefined;
  const look = () => {
    const { choice } = useLock.getState();
    const leftMs = choice ? choice.afterMinutes * 60_000 : Number.POSITIVE_INFINITY;
    if (document.visibilityState === "hidden") {
      hiddenAtMs ??= Date.now();
      if (choice) timeout ??= window.setTimeout(lockNow, leftMs);
      return;
    }
    // Timers stand still while a device sleeps. A clock that was set back locks at once.
    const awayMs = hiddenAtMs === undefined ? 0 : Date.now() - hiddenAtMs;
    clearTimeout(timeout);
    hiddenAtMs = timeout = undefined;
    if (choice && (awayMs >= leftMs || awayMs < 0)) lockNow();
  };
  document.addEventListener("visibilitychange", look);
  // It may have been opened out of sight.
  if (document.visibilityState === "hidden") look();
  addEventListener("storage", ({ key }) => {
    if (key !== choiceKey) return;
    const choice = keptChoice();
    useLock.setState(choice ? { choice } : { choice, isLocked: false });
  });
}

/** None where it is damaged. */
export function keptChoice(): LockChoice | undefined {
  try {
    const choice: LockChoice | null = JSON.parse(kept(choiceKey) ?? "null");
    const isWhole = typeof choice?.credential === "string" && Number.isFinite(choice.afterMinutes);
    return isWhole ? choice : undefined;
  } catch {
    // Nothing would open it, and whoever can damage it can take it away as well.
    return undefined;
  }
}
