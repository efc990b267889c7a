// What waits for its receipt, in memory: for as long as its SMS is worth something, and bounded. Under names that say no number
// to whoever reads them without the key, which is this process's alone.
import { createHmac, randomBytes } from "node:crypto";
import type { After } from "../after.ts";

/**
 * Of by whom an SMS went to and what a provider calls it. Its name alone is not enough: 10 of one base is 16 of the other. The
 * last digits of a number are, since some write it without its country.
 */
export type ReceiptName = (number: string, what: string) => string;

export function receiptNames(): ReceiptName {
  const key = randomBytes(32);
  return (number, what) =>
    createHmac("sha256", key)
      .update(`${number.replaceAll(/\D/g, "").slice(-7)} ${what}`)
      .digest("base64url");
}

export interface Forgetting<Value> {
  get(name: string): Value | undefined;
  /** In place of what is under this name. */
  keep(name: string, value: Value, validForSeconds: number): void;
  forget(name: string): void;
  close(): void;
}

// Providers say a moment later of an SMS that it ran out.
const saidLaterMs = 60_000;

/** @param most the oldest are forgotten beyond these. */
export function createForgetting<Value>(most: number, after: After): Forgetting<Value> {
  const kept = new Map<string, { readonly value: Value; readonly stop: () => void }>();

  function forget(name: string): void {
    kept.get(name)?.stop();
    kept.delete(name);
  }

  return {
    get: (name) => kept.get(name)?.value,
    keep(name, value, validForSeconds) {
      forget(name);
      const stop = after(validForSeconds * 1_000 + saidLaterMs, () => kept.delete(name));
      kept.set(name, { value, stop });
      const [oldest] = kept.size > most ? kept.keys() : [];
      if (oldest !== undefined) forget(oldest);
    },
    forget,
    close() {
      for (const { stop } of kept.values()) stop();
      kept.clear();
    },
  };
}
