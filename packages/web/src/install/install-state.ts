// Whether the app can be installed, and whether a newer one waits: what the browser says by itself, kept for screens.
import { create } from "zustand";

/** Not in the DOM's types: https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface */
export interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export interface InstallState {
  /** There while the browser would install the app if asked. */
  readonly prompt: InstallPrompt | undefined;
  /** A newer app, kept on this device and not in use yet. */
  readonly waiting: ServiceWorker | undefined;
}

export const useInstall = create<InstallState>(() => ({ prompt: undefined, waiting: undefined }));
