// The option of a list that is marked while the field above it keeps the focus (a combobox, ARIA 1.2). Known by what it is and
// not by its place: what comes into the list meanwhile does not take its mark.
import { useState } from "react";

export interface MarkedOption {
  readonly marked: number;
  /** Somebody moved to it: it is not only the first. */
  readonly isChosen: boolean;
  /** The list is another one: its first is marked. */
  restart(): void;
  /** Moves by an arrow, around the ends; false where the key is none. */
  moveBy(key: string): boolean;
}

/** @param options what tells those there are now apart, in their order. */
export function useMarkedOption(options: readonly string[]): MarkedOption {
  const [chosen, setChosen] = useState<string>();
  const found = chosen === undefined ? -1 : options.indexOf(chosen);
  const marked = Math.max(found, 0);
  const last = Math.max(options.length - 1, 0);
  return {
    marked,
    isChosen: found >= 0,
    restart: () => setChosen(undefined),
    moveBy: (key) => {
      if (key === "ArrowDown") setChosen(options[marked < last ? marked + 1 : 0]);
      else if (key === "ArrowUp") setChosen(options[marked > 0 ? marked - 1 : last]);
      else return false;
      return true;
    },
  };
}
