// How much waits, on the sign of the app, where the platform shows it.

/** @param count none clears it. */
export function showBadge(count: number): void {
  if (!("setAppBadge" in navigator)) return;
  const shown = count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge();
  // Where it is not installed, a platform may refuse: the title says the same.
  shown.catch(() => undefined);
}
