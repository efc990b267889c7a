// The one row of the list that Tab stops at: that of the conversation which was moved to, or opened, last. Known by what it is
// and not by its place: a text that comes for another moves the rows, and not the stop.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { places } from "../places.ts";

// A row that was not measured yet is hidden, and takes no focus; one that takes none after so many frames is let be.
const mostFrames = 30;

export interface RowStop {
  readonly at: number;
  /** Gives a row the focus, as soon as it is in the page. */
  moveTo(row: number): void;
}

/** @param ids of the conversations, row by row. @param place where the owner is now: who comes back finds the row they left by. */
export function useRowStop(
  list: RefObject<HTMLElement | null>,
  ids: readonly string[],
  place: string,
): RowStop {
  const [chosen, setChosen] = useState<string>();
  const last = useRef(0);
  const found = chosen === undefined ? -1 : ids.indexOf(chosen);
  // Where it is gone, the next one has its place.
  const at = found >= 0 ? found : Math.max(Math.min(last.current, ids.length - 1), 0);
  last.current = at;
  const wanted = useRef<string>(undefined);
  const opened = useRef<string>(undefined);
  const latest = useRef(ids);
  latest.current = ids;
  const isThere = ids.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: whose thread is open is known once there are any
  useLayoutEffect(() => {
    const open = latest.current.find((id) => place.startsWith(places.thread(id)));
    if (open) opened.current = open;
    if (place !== places.list || !opened.current) return;
    setChosen(opened.current);
    // What was pressed to come back is gone, and the focus with it.
    if (document.activeElement === document.body) wanted.current = opened.current;
    opened.current = undefined;
  }, [place, isThere]);

  useEffect(() => {
    let frame = 0;
    let frames = 0;
    const focus = () => {
      if (wanted.current === undefined) return;
      if (!latest.current.includes(wanted.current)) wanted.current = undefined;
      if (wanted.current !== latest.current[at]) return;
      const row = list.current?.querySelector<HTMLElement>(`[data-row="${at}"]`);
      row?.focus({ preventScroll: true });
      frames += 1;
      if (row && document.activeElement !== row && frames < mostFrames) {
        frame = requestAnimationFrame(focus);
      } else wanted.current = undefined;
    };
    focus();
    return () => cancelAnimationFrame(frame);
  });

  return {
    at,
    moveTo: (row) => {
      setChosen(ids[row]);
      wanted.current = ids[row];
    },
  };
}
