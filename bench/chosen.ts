// Which of a bench's measures are wanted: `--only NAME,NAME`, or all.

/** @throws Error where one is named that is not there */
export function chosen<Measure>(
  measures: Readonly<Record<string, Measure>>,
  only: string | undefined,
): readonly (readonly [name: string, measure: Measure])[] {
  const all = Object.entries(measures);
  if (only === undefined) return all;
  const wanted = only.split(",");
  const unknown = wanted.filter((name) => !Object.hasOwn(measures, name));
  if (unknown.length > 0) {
    throw new Error(`--only ${unknown.join(",")}: there are ${Object.keys(measures).join(", ")}`);
  }
  return all.filter(([name]) => wanted.includes(name));
}
