// Makes the app one that opens without a network: registers the service worker once the screens are there, and
// notes what the browser offers. What it fetches are the app's own files; the screen "What left this device" says so.
import { type InstallPrompt, useInstall } from "./install-state.ts";

type VouchForScript = (url: string) => string | URL;

const serviceWorkerUrl = "/service-worker.js";
// Nobody waits for what is fetched then.
const afterPaintMs = 2_000;

/** Once, when the app starts. @param scriptUrl vouches for an address of a script. */
export function prepareInstall(scriptUrl: VouchForScript): void {
  addEventListener("beforeinstallprompt", (event) => {
    // Asked on our screen, not over it.
    event.preventDefault();
    useInstall.setState({ prompt: event as InstallPrompt });
  });
  addEventListener("appinstalled", () => useInstall.setState({ prompt: undefined }));
  // A phone of the demo is framed, and new each time it is looked at.
  if (!("serviceWorker" in navigator) || window.parent !== window) return;
  // Whoever has the old version in front of them gets the new one, in every tab. The first one of all comes to a page of its own
  // version, and the next to the same page, where nobody closed it.
  let hasOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hasOne) location.reload();
    hasOne = true;
  });
  setTimeout(() => void registerServiceWorker(scriptUrl), afterPaintMs);
}

async function registerServiceWorker(scriptUrl: VouchForScript): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(scriptUrl(serviceWorkerUrl), {
      updateViaCache: "none",
    });
    const note = () => noteWaiting(registration);
    const follow = () => registration.installing?.addEventListener("statechange", note);
    note();
    // One may be on its way already.
    follow();
    registration.addEventListener("updatefound", follow);
  } catch (error) {
    // The app works without; the browser may not allow it, or there is no network for it now.
    console.warn(error);
  }
}

function noteWaiting({ waiting, active }: ServiceWorkerRegistration): void {
  // The first one waits for nobody.
  useInstall.setState({ waiting: (active && waiting) ?? undefined });
}
