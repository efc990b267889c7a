// How many seconds are left until a moment, counted down on the screen.
import { useEffect, useReducer } from "react";

/** 0 once it has come, and where there is none. */
export function useSecondsUntil(moment: Date | undefined): number {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  const left = moment ? Math.max(0, Math.ceil((moment.getTime() - Date.now()) / 1_000)) : 0;
  const isOver = left === 0;
  useEffect(() => {
    if (isOver) return;
    const ticking = setInterval(tick, 1_000);
    return () => clearInterval(ticking);
  }, [isOver]);
  return left;
}
