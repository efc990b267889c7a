// Numbers that are sent no codes to register, and are not registered: asked for by whoever proved the number, or put there by the
// operator. What is kept of one is a MAC under the registration key. It stops nothing else: an account that the number has
// goes on, and codes to leave are sent.
import { createHmac } from "node:crypto";
import type { PhoneNumber } from "@assent/protocol";
import type { RegistrationStore } from "./store.ts";

export interface NeverList {
  /** As the store knows it. */
  macOf(number: PhoneNumber): Uint8Array;
  has(number: PhoneNumber): Promise<boolean>;
  /** The same, where nobody knows the number any more. */
  hasMac(mac: Uint8Array): Promise<boolean>;
  /** Of whoever proved the number, and nobody knows it any more. */
  addMac(mac: Uint8Array): Promise<void>;
  /** Whether it was not there before. */
  add(number: PhoneNumber): Promise<boolean>;
  /** Whether it was there. */
  remove(number: PhoneNumber): Promise<boolean>;
  count(): Promise<number>;
}

export function createNeverList(
  store: Pick<RegistrationStore, "isNever" | "addNever" | "removeNever" | "countNever">,
  /** Of the registration room alone. */
  secret: Uint8Array,
): NeverList {
  function macOf(number: PhoneNumber): Uint8Array {
    return new Uint8Array(createHmac("sha256", secret).update("never").update(number).digest());
  }
  return {
    macOf,
    has: (number) => store.isNever(macOf(number)),
    hasMac: (mac) => store.isNever(mac),
    async addMac(mac) {
      await store.addNever(mac);
    },
    add: (number) => store.addNever(macOf(number)),
    remove: (number) => store.removeNever(macOf(number)),
    count: () => store.countNever(),
  };
}
