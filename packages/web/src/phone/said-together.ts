// What changed, as the phone says it to its page: at once after a quiet moment, and together where one change follows another.
// A page that texts pour into reads and draws them ten times a second, and finds time for a key in between.
import type { ProfileChange } from "@assent/client";

/** What the page reads again. */
export type Unsaid = Pick<ProfileChange, "texts" | "numbers" | "contacts" | "ledger">;

// Many frames, and short for an eye that waits for a text.
const pauseMs = 100;

/** @param later calls once, after so many milliseconds. */
export function saidTogether(
  say: (change: Unsaid) => void,
  later: (call: () => void, milliseconds: number) => void,
): (change: Unsaid) => void {
  let unsaid: Unsaid | undefined;
  let isPausing = false;
  const sayUnsaid = () => {
    const change = unsaid;
    unsaid = undefined;
    isPausing = change !== undefined;
    if (!change) return;
    later(sayUnsaid, pauseMs);
    say(change);
  };
  return (change) => {
    unsaid = unsaid ? both(unsaid, change) : change;
    if (!isPausing) sayUnsaid();
  };
}

function both(one: Unsaid, other: Unsaid): Unsaid {
  const texts = new Map(one.texts);
  for (const [number, keys] of other.texts) {
    texts.set(number, [...new Set([...(texts.get(number) ?? []), ...keys])]);
  }
  return {
    texts,
    numbers: new Set([...one.numbers, ...other.numbers]),
    contacts: one.contacts || other.contacts,
    ledger: one.ledger || other.ledger,
  };
}
