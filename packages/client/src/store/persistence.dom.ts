// Whether the browser may throw the profile away when space runs short. Apart from the store, because only a window
// may ask for it, and the store lives in a worker.

/** Asks the browser to keep this origin's data until the owner deletes it. True when it will. */
export async function askToPersist(): Promise<boolean> {
  return (await navigator.storage.persisted()) || (await navigator.storage.persist());
}
