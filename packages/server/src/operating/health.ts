// Whether the service can do its work, as far as it knows: whoever watches it asks `GET /health`.

export type Health = { readonly kind: "well" } | { readonly kind: "disk-failed" };

export interface HealthWatch {
  now(): Health;
  /** The disk took nothing. */
  diskFailed(): void;
}

/** @param quietMs so long after the last failure it is well again: nothing is written only to find out */
export function watchHealth(now: () => number, quietMs: number): HealthWatch {
  let failedAt: number | undefined;
  return {
    now() {
      const awayMs = failedAt === undefined ? quietMs : now() - failedAt;
      const isWell = awayMs >= quietMs || awayMs < 0;
      return { kind: isWell ? "well" : "disk-failed" };
    },
    diskFailed() {
      failedAt = now();
    },
  };
}
