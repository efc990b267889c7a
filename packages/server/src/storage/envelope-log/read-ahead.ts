// A start reads many small files: several at once, since each takes a few turns of the thread pool and next to no time of this
// thread.

const filesAtOnce = 8;

/** What is read of each, in their order. @throws what a reading throws, in its turn */
export async function* readAhead<Of, Read>(
  all: readonly Of[],
  read: (of: Of) => Promise<Read>,
): AsyncGenerator<readonly [Of, Read]> {
  const underWay: Promise<Read>[] = [];
  let begun = 0;
  for (const of of all) {
    for (; begun < all.length && underWay.length < filesAtOnce; begun += 1) {
      const reading = read(all[begun] as Of);
      reading.catch(() => {});
      underWay.push(reading);
    }
    yield [of, await (underWay.shift() as Promise<Read>)];
  }
}
