// The end of a thread, for whoever is there: texts that come, rows that are measured or let go of, and a keyboard that takes
// half of the room leave them at it. Whoever scrolls up leaves it, until they are back.
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

// How far from the end still counts as being there.
const tolerancePixels = 80;

export interface FollowedEnd {
  readonly isFollowed: Readonly<RefObject<boolean>>;
  readonly isInSight: boolean;
  /** After the log was scrolled, by whomever. */
  look(): void;
  /** After rows, or the log, were measured: the end is elsewhere. */
  follow(): void;
  goThere(): void;
}

/** @param rows what stands in the log. */
export function useFollowedEnd(
  log: RefObject<HTMLElement | null>,
  rows: readonly unknown[],
  isFollowedAtFirst: boolean,
): FollowedEnd {
  const isFollowed = useRef(isFollowedAtFirst);
  const [isInSight, setInSight] = useState(true);
  const before = useRef({ top: 0, end: 0 });

  const place = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = log.current ?? {};
    return { top: scrollTop, end: scrollHeight - clientHeight };
  };
  const note = () => {
    const { top, end } = place();
    before.current = { top, end };
    setInSight(isFollowed.current || end - top < tolerancePixels);
  };
  const noteLeaving = () => {
    const { top, end } = place();
    // Where there is less to scroll, whoever is at the end is moved up, and did not go.
    const wentUp = top < before.current.top - 1 && end >= before.current.end;
    if (wentUp && end - top > 1) isFollowed.current = false;
  };
  const follow = () => {
    if (log.current && isFollowed.current) log.current.scrollTop = log.current.scrollHeight;
    note();
  };
  const look = () => {
    noteLeaving();
    const { top, end } = place();
    const cameDown = top > before.current.top && end - top < tolerancePixels;
    if (cameDown || end - top <= 1) isFollowed.current = true;
    note();
  };
  const goThere = () => {
    isFollowed.current = true;
    follow();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come move the end, and ones that say more
  useLayoutEffect(() => {
    // What was scrolled since the last frame is heard of with the next.
    noteLeaving();
    follow();
  }, [rows]);

  return { isFollowed, isInSight, look, follow, goThere };
}
