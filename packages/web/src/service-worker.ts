// The service worker: keeps the files of the app, so that it opens without a network, and answers for nothing else.
// What the phone says to the service never passes here, and no answer of the service is kept. What another app shares is
// taken here, so that it reaches no server: it goes on behind the #, where a person chooses whom it is for. A notification
// that is pressed leads to its thread. A push says that something came, and nothing else: what that is, the phone alone
// can tell, in a page.
// One version at a time: a new one waits until no page of the old one is open, or until the person wants it now.

// Written by the build (vite.config.ts).
declare const __APP_SHELL__: readonly string[];
declare const __APP_VERSION__: string;

// The library's types take a worker's globals for those of any worker.
const worker = self as unknown as ServiceWorkerGlobalScope;

const cachePrefix = "assent ";
const cacheName = cachePrefix + __APP_VERSION__;
const shell = new Set(__APP_SHELL__);

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));

worker.addEventListener("message", ({ data }) => {
  if (data?.kind === "activate") void worker.skipWaiting();
});

worker.addEventListener("push", (event) => event.waitUntil(tellThatSomethingCame()));
worker.addEventListener("pushsubscriptionchange", (event) =>
  event.waitUntil(sayToPages({ kind: "push-changed" })),
);

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPlace(event.notification.data.place));
});

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (origin !== location.origin) return;
  const isOfShell = shell.has(pathname) && search === "";
  if (method === "GET" && isOfShell) event.respondWith(kept(event.request, pathname));
  // The address that the manifest names.
  if (method === "POST" && pathname === "/share") event.respondWith(shared(event.request));
});

/** All or nothing: a version with a file missing is not installed. */
async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll([...shell].map(requestOf));
}

/** What is not named by its content is asked for again. */
function requestOf(path: string): Request {
  return new Request(path, { cache: path.startsWith("/assets/") ? "default" : "no-cache" });
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function kept(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  // By path, because a page that asks to be loaded anew would not match. Encodings are undone in what is kept.
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

async function shared(request: Request): Promise<Response> {
  const form = await request.formData();
  const parts = ["title", "text", "url"].map((name) => form.get(name));
  const words = parts.filter((part) => typeof part === "string" && part.trim() !== "");
  const text = encodeURIComponent(words.join("\n"));
  return Response.redirect(`/#/new?text=${text}`, 303);
}

async function tellThatSomethingCame(): Promise<void> {
  const pages = await sayToPages({ kind: "pushed" });
  // Whoever looks at the app sees what came. Otherwise a browser wants to see that its owner is told.
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  const { text, hint, lang } = await keptWords();
  const options: NotificationOptions & { readonly renotify: true } = {
    body: hint,
    // The page that tells more of it takes this one back.
    tag: "pushed",
    renotify: true,
    lang,
    icon: "/icons/assent-192.png",
    data: { place: "/" },
  };
  await worker.registration.showNotification(text, options);
  // How much waits, nobody knows here.
  await worker.navigator.setAppBadge?.().catch(() => undefined);
}

/** As the page kept them, in its owner's language. */
async function keptWords(): Promise<{ text: string; hint: string; lang: string }> {
  const kept = await caches.match("/pushed-words", { cacheName: "assent-words" });
  return kept ? kept.json() : { text: "New message", hint: "", lang: "en" };
}

async function sayToPages(message: { readonly kind: string }): Promise<readonly WindowClient[]> {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const page of pages) page.postMessage(message);
  return pages;
}

/** @param place as the app named it when it showed the notification. */
async function openPlace(place: string): Promise<void> {
  // The one looked at last comes first. Where the phone is open in another, this one says so and offers to have it here.
  const [page] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) return void (await worker.clients.openWindow(`/#${place}`));
  page.postMessage({ kind: "open-place", place });
  await page.focus();
}
