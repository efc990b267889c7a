// What the demo asks of the store: everything that is in it, as it lies there. For development alone: nothing else of the
// service reads it, and no rule depends on it.

/** How a value lies there; bytes by how many they are and how they begin, in hexadecimal. */
export type HeldValue = string | number | null | { readonly bytes: number; readonly begin: string };

export interface HeldTable {
  readonly name: string;
  readonly rows: number;
  /** The newest, a few of them. */
  readonly newest: readonly Readonly<Record<string, HeldValue>>[];
}

export interface HeldStore {
  /** Every table there is, also where it is empty. */
  tables(): Promise<readonly HeldTable[]>;
}
