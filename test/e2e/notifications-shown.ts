// What the browser shows of notifications. Asked while it is about to show one, Chromium may take that one for gone: so
// nobody asks before it was shown.
import { becomes } from "./web-phone.ts";

/** A page, or its service worker. */
interface Place {
  evaluate<Answer>(expression: string): Promise<Answer>;
}

interface Notified {
  readonly title: string;
  readonly body: string;
}

/** To be run before anything is shown, where it is shown from: in the page, or in its service worker. */
export const notingNotifications = `{
  globalThis.notified = { bodies: [], isNew: false };
  const { prototype } = ServiceWorkerRegistration;
  const show = prototype.showNotification;
  prototype.showNotification = async function (title, options) {
    await show.call(this, title, options);
    notified.bodies.push(options.body);
    notified.isNew = true;
  };
}`;

export class NotificationsShown {
  readonly #where: Place;

  constructor(where: Place) {
    this.#where = where;
  }

  /** Those that are there to be seen. */
  now(): Promise<Notified[]> {
    return this.#where.evaluate(`(globalThis.registration
      ? registration.getNotifications()
      : navigator.serviceWorker.ready.then((ready) => ready.getNotifications())
    ).then((all) => all.map(({ title, body }) => ({ title, body })))`);
  }

  /** The bodies of all that were shown since the page was loaded. */
  ever(): Promise<string[]> {
    return this.#where.evaluate("notified.bodies");
  }

  /** Waits until these are there, of which the last was shown since this was last asked. */
  async become(...bodies: string[]): Promise<void> {
    if (bodies.length > 0) {
      const newest = "notified.isNew ? notified.bodies.at(-1) : undefined";
      await becomes(() => this.#where.evaluate<string | undefined>(newest), bodies.at(-1));
      await this.#where.evaluate("notified.isNew = false");
    }
    await becomes(async () => (await this.now()).map(({ body }) => body), bodies);
  }
}
