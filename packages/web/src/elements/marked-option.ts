// The option of a list that is marked while the field above it keeps the focus (a combobox, ARIA 1.2).
import { useState } from "react";

export interface MarkedOption {
  readonly marked: number;
  /** The list is another one: its first is marked. */
  restart(): void;
  /** Moves by an arrow, around the ends; false where the key is none. */
  moveBy(key: string): boolean;
}

/** @param count of the options there are now. */
export function useMarkedOption(count: number): MarkedOption {
  const [marked, setMarked] = useState(0);
  const last = Math.max(count - 1, 0);
  return {
    marked,
    restart: () => setMarked(0),
    moveBy: (key) => {
      if (key === "ArrowDown") setMarked(marked < last ? marked + 1 : 0);
      else if (key === "ArrowUp") setMarked(marked > 0 ? marked - 1 : last);
      else return false;
      return true;
    },
  };
}
