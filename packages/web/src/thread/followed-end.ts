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
  goThere(): void;
}

/**
 * @param log what scrolls; its last child is as high as what is scrolled.
 * @param rows what stands in it.
 */
export function useFollowedEnd(
  log: RefObject<HTMLElement | null>,
  rows: readonly unknown[],
  isFollowedAtFirst: boolean,
): FollowedEnd {
  const isFollowed = useRef(isFollowedAtFirst);
  const [isInSight, setInSight] = useState(true);
  const place = useRef({ top: 0, end: 0 });

  const notePlace = () => {
    const { scrollTop: top, scrollHeight, clientHeight } = log.current as HTMLElement;
    const end = scrollHeight - clientHeight;
    place.current = { top, end };
    return { top, end, isNear: end - top < tolerancePixels };
  };
  const follow = () => {
    if (!log.current) return;
    if (isFollowed.current) log.current.scrollTop = log.current.scrollHeight;
    const { isNear } = notePlace();
    setInSight(isFollowed.current || isNear);
  };
  const look = () => {
    if (!log.current) return;
    const last = place.current;
    const { top, end, isNear } = notePlace();
    const isThere = end - top <= 1;
    // Where there is less to scroll, whoever is at the end is moved up, and did not go.
    const wentUp = top < last.top - 1 && end >= last.end;
    if (isThere || (isNear && top > last.top)) isFollowed.current = true;
    else if (wentUp) isFollowed.current = false;
    setInSight(isFollowed.current || isNear);
  };
  const goThere = () => {
    isFollowed.current = true;
    follow();
  };

  // Before they are painted: rows are drawn where the log is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come move the end, and ones that say more
  useLayoutEffect(follow, [rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it reads is of the moment
  useLayoutEffect(() => {
    if (!log.current) return;
    // Words are measured after they are there.
    const resized = new ResizeObserver(follow);
    resized.observe(log.current);
    if (log.current.lastElementChild) resized.observe(log.current.lastElementChild);
    return () => resized.disconnect();
  }, []);

  return { isFollowed, isInSight, look, goThere };
}
