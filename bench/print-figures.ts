// How a bench says what it measured: a table for people, or one line of JSON.
import type { Figure } from "./scale.ts";

export function printFigures(figures: readonly Figure[], { json }: { json: boolean }): void {
  if (json) {
    console.log(JSON.stringify({ figures }));
    return;
  }
  for (const { name, value, unit, reach } of figures) {
    const goal = reach === undefined ? "" : `   (reach ${reach})`;
    console.log(`${name.padEnd(58)} ${value.toPrecision(4).padStart(10)} ${unit}${goal}`);
  }
}
