// The browser's own push service, as the phone asks it: the phone notes what is sent there before it calls. In the page,
// because a worker has no way to it.
import type { PlatformSubscription, PushPlatform } from "@assent/client";
import { AssentError } from "@assent/protocol";

/** Whether this browser has one at all. */
export function hasPushService(): boolean {
  return "PushManager" in globalThis && "Notification" in globalThis;
}

export const browserPush: PushPlatform = {
  isAllowed: async () =>
    hasPushService() &&
    Notification.permission === "granted" &&
    (await registrationHere()) !== undefined,

  async current() {
    const subscription = await (await registrationHere())?.pushManager?.getSubscription();
    return subscription ? describe(subscription) : undefined;
  },

  async subscribe(pushKey) {
    try {
      const subscription = await (await registrationHere())?.pushManager.subscribe({
        applicationServerKey: pushKey,
        // Each push shows something: browsers take no others.
        userVisibleOnly: true,
      });
      if (subscription) return describe(subscription);
    } catch (cause) {
      // The browser has no way to its push service now, or none at all.
      throw new AssentError("unreachable", { cause });
    }
    throw new AssentError("unreachable");
  },

  async unsubscribe() {
    await (await (await registrationHere())?.pushManager?.getSubscription())?.unsubscribe();
  },
};

/** Undefined in a window that keeps nothing, and in the frames of the demo. */
function registrationHere(): Promise<ServiceWorkerRegistration | undefined> {
  const isFramed = window.parent !== window;
  return isFramed || !("serviceWorker" in navigator)
    ? Promise.resolve(undefined)
    : navigator.serviceWorker.getRegistration();
}

function describe(subscription: PushSubscription): PlatformSubscription {
  const { endpoint, options } = subscription;
  return {
    endpoint,
    publicKey: bytesOf(subscription.getKey("p256dh")),
    secret: bytesOf(subscription.getKey("auth")),
    pushKey: bytesOf(options.applicationServerKey),
  };
}

function bytesOf(buffer: ArrayBuffer | null): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer ?? new ArrayBuffer());
}
