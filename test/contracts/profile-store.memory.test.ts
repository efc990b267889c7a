// The store that the tests' phones use keeps the profile store's contract too.
import { test } from "node:test";
import { MemoryStore } from "@assent/client/testing";
import { profileStoreContract } from "./profile-store.contract.ts";

for (const { title, run } of profileStoreContract)
  test(`memory: ${title}`, () =>
    run(async () => {
      const store = new MemoryStore();
      return { store, reopen: async () => store };
    }));
