// What the owner wants to be told of texts that come, and how: kept in this browser, all of it off until they say so.
import { create } from "zustand";
import { keep, kept } from "../kept.ts";

export interface NotificationChoices {
  readonly isShown: boolean;
  /** The words of the text too, not only who wrote. */
  readonly hasWords: boolean;
  readonly hasSound: boolean;
}

const chosenKey = "assent.notifications";

export const useNotificationChoices = create<NotificationChoices>(() => {
  const chosen = (kept(chosenKey) ?? "").split(" ");
  return {
    isShown: chosen.includes("shown"),
    hasWords: chosen.includes("words"),
    hasSound: chosen.includes("sound"),
  };
});

export function chooseNotifications(change: Partial<NotificationChoices>): void {
  useNotificationChoices.setState(change);
  const { isShown, hasWords, hasSound } = useNotificationChoices.getState();
  const chosen = [isShown && "shown", hasWords && "words", hasSound && "sound"];
  keep(chosenKey, chosen.filter(Boolean).join(" "));
}

/** What the browser allows; `denied` also where it has none of it. */
export function allowedNow(): NotificationPermission {
  return hasNotifications() ? Notification.permission : "denied";
}

/** Has the browser ask its owner, where it was not answered before. */
export async function askWhetherAllowed(): Promise<NotificationPermission> {
  return hasNotifications() ? Notification.requestPermission() : "denied";
}

function hasNotifications(): boolean {
  return "Notification" in globalThis && "serviceWorker" in navigator;
}
