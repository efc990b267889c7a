// How long ago something was, by a clock that may have been wrong when it was noted, or is now. Decides; waits for nothing.

/**
 * Whether a period is over since something happened. What is noted for a time to come was noted by a clock that was
 * wrong: nobody waits for that time.
 * @param atMs 0: it never happened.
 */
export function isOver(atMs: number | bigint, periodMs: number, nowMs: number): boolean {
  const elapsedMs = nowMs - Number(atMs);
  return elapsedMs < 0 || elapsedMs >= periodMs;
}
