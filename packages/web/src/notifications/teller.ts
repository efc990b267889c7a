// Tells of texts that come while nobody looks at the app: by a notification for each conversation, and by a tone. What they
// say is on this device already: nothing is sent or fetched for it.
import type { ConversationSummary } from "@assent/client";
import { shownName } from "../conversations/shown-name.ts";
import type { Language } from "../language/language.ts";
import { wordsInstead } from "../language/words-instead.ts";
import { useLock } from "../lock/lock.ts";
import { type PhoneState, phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { allowedNow, useNotificationChoices } from "./choices.ts";
import { keepWordsOfPushes, pushedTag } from "./pushed.ts";
import { playTone } from "./tone.ts";
import { whatCame } from "./what-came.ts";

// Systems cut what is longer.
const mostShown = 200;

/** The DOM's types do not have it: https://notifications.spec.whatwg.org/#dom-notificationoptions-renotify */
type Options = NotificationOptions & { readonly renotify: true };

/**
 * From now on; returns what ends it.
 * @param go where a notification that was pressed leads.
 */
export function tellOfTexts(language: Language, go: (place: string) => void): () => void {
  const stopFollowing = usePhone.subscribe((now, before) => {
    // What was here when the phone opened is no news.
    if (before.opening !== "open" || now.conversations === before.conversations) return;
    const { came, settled } = whatCame(before.conversations, now.conversations);
    for (const { id } of settled) inTurn(() => takeBack(id));
    const unseen = came.filter(({ id }) => !isLookedAt(id));
    const { isShown, hasSound } = useNotificationChoices.getState();
    if (unseen.length > 0 && hasSound) playTone();
    if (!isShown || allowedNow() !== "granted") return;
    for (const conversation of unseen) inTurn(() => show(conversation, now, language));
  });
  const stopLocking = useLock.subscribe(({ isLocked }, before) => {
    if (isLocked && !before.isLocked) inTurn(() => sayNoMore(language));
  });
  void keepWordsOfPushes(language);
  inTurn(() => takeBack(pushedTag));
  const heard = ({ data }: MessageEvent) => {
    if (data?.kind === "open-place") go(data.place);
    // The browser was woken: whatever came is there for who connects.
    if (data?.kind === "pushed") void phone.reconnect();
    if (data?.kind === "push-changed") phone.settlePush().catch(console.warn);
  };
  // Where there is none, as in a window that keeps nothing, nothing is shown either.
  navigator.serviceWorker?.addEventListener("message", heard);
  return () => {
    stopFollowing();
    stopLocking();
    navigator.serviceWorker?.removeEventListener("message", heard);
  };
}

let told: Promise<void> = Promise.resolve();

/**
 * What is taken back goes before what is shown behind it; and a browser that is asked what it shows, while it is about to show
 * something, may take that for gone.
 */
function inTurn(step: () => Promise<void>): void {
  told = told.then(step).catch(console.warn);
}

/** Somebody works in this window; or the thread is in sight, so that its texts are read as they come. */
function isLookedAt(id: string): boolean {
  if (useLock.getState().isLocked) return false;
  if (document.visibilityState !== "visible") return false;
  return document.hasFocus() || location.hash === `#${places.thread(id)}`;
}

async function show(
  conversation: ConversationSummary,
  state: PhoneState,
  { tag, words }: Language,
): Promise<void> {
  const { id, number, newest, unread, request } = conversation;
  // A stranger's words are not put before anybody's eyes.
  const mayShowWords = useNotificationChoices.getState().hasWords && !request;
  const said = newest?.outgoing === false && (wordsInstead(newest, words) ?? newest.text);
  const options: Options = {
    body: (mayShowWords && said ? said : words.unread(unread)).slice(0, mostShown),
    // Another text of the same conversation takes the place of this one, and is noticed all the same.
    tag: id,
    renotify: true,
    // Sound is a setting of its own.
    silent: true,
    lang: tag,
    icon: "/icons/assent-192.png",
    data: { place: places.thread(id) },
  };
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active) return;
  if (useLock.getState().isLocked) return showNoMore(registration, { tag, words });
  await registration.showNotification(shownName(state, number), options);
  // It says more than that something came.
  await takeBack(pushedTag);
}

/** While the app is locked: that something came. */
async function showNoMore(
  registration: ServiceWorkerRegistration,
  { tag, words }: Pick<Language, "tag" | "words">,
): Promise<void> {
  const options: Options = {
    body: words.wokenHint,
    tag: pushedTag,
    renotify: true,
    silent: true,
    lang: tag,
    icon: "/icons/assent-192.png",
    data: { place: places.list },
  };
  await registration.showNotification(words.wokenText, options);
}

/** What was told before the app was locked says no more than what is told then. */
async function sayNoMore(language: Language): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return;
  const shown = await registration.getNotifications();
  const telling = shown.filter(({ tag }) => tag !== pushedTag);
  for (const notification of telling) notification.close();
  if (telling.length > 0) await showNoMore(registration, language);
}

async function takeBack(id: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = await registration?.getNotifications({ tag: id });
  for (const notification of shown ?? []) notification.close();
}
