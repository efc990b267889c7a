// For tests only: what is kept of SMS in memory, by the same contract as on disk.
import type { KeptSmsState, NotedSms, SmsRelayStore } from "./store.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export class MemoryRelayStore implements SmsRelayStore {
  readonly #devices = new Set<string>();
  // By the MAC of the name.
  readonly #rows = new Map<string, NotedSms & { state: KeptSmsState }>();

  addDevice(deviceId: Uint8Array): void {
    this.#devices.add(hex(deviceId));
  }

  /** What is kept of its SMS goes with it. */
  endDevice(deviceId: Uint8Array): void {
    this.#devices.delete(hex(deviceId));
    this.#forgetWhere((row) => hex(row.deviceId) === hex(deviceId));
  }

  async note(sms: NotedSms) {
    const before = this.#rows.get(hex(sms.nameMac))?.state;
    if (before) return { before };
    if (!this.#devices.has(hex(sms.deviceId))) return undefined;
    this.#rows.set(hex(sms.nameMac), { ...sms, state: "noted" });
    return "noted" as const;
  }

  async states(nameMacs: readonly Uint8Array[]) {
    return nameMacs.map((nameMac) => this.#rows.get(hex(nameMac))?.state);
  }

  async settle(keyMac: Uint8Array, state: Exclude<KeptSmsState, "noted">) {
    const row = this.#ofKey(keyMac);
    if (row?.state === "noted" || (row?.state === "handed" && state !== "handed")) {
      row.state = state;
    }
    return row?.state;
  }

  async takeBack(keyMac: Uint8Array) {
    this.#forgetWhere((row) => hex(row.keyMac) === hex(keyMac));
  }

  async forget(notedBy: number) {
    this.#forgetWhere((row) => row.notedAt <= notedBy);
  }

  #ofKey(keyMac: Uint8Array) {
    return [...this.#rows.values()].find((row) => hex(row.keyMac) === hex(keyMac));
  }

  #forgetWhere(isSo: (row: NotedSms) => boolean): void {
    for (const [name, row] of this.#rows) if (isSo(row)) this.#rows.delete(name);
  }
}
