// The store that the tests' phones use keeps the profile store's contract too.
import { MemoryStore } from "../memory-store.ts";
import { profileStoreContract } from "./profile-store.contract.ts";

profileStoreContract("memory", async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store };
});
