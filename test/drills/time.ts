// The time drill: a service and its phones, real processes, whose clocks jump together or apart. Every text must be shown
// once, and none may be said not to have been delivered that was.
import type { TestPhone, TestServer } from "../network.ts";

export interface TimeDrill {
  readonly server: TestServer;
  readonly anna: TestPhone;
  readonly ben: TestPhone;
  /** New people, one for each clock that they come by. */
  readonly strangers: readonly TestPhone[];
  /** Sets the clock of every process that is started from now on, in days from the machine's. */
  readonly setClock: (days: number) => void;
  readonly progress?: (line: string) => void;
}

export interface TimeDrillResult {
  readonly texts: number;
  readonly lost: string[];
  readonly twice: string[];
  /** Said not to have been delivered. */
  readonly false: string[];
}

const year = 365;
// Back to the machine's own time after each: a clock that was wrong comes right.
const together = [31, 91, 100, 400, 0, 10 * year, 0, -10 * year, 0];
const apart = [31, 10 * year, -10 * year];

export async function timeDrill({
  server,
  anna,
  ben,
  strangers,
  setClock,
  progress = () => undefined,
}: TimeDrill): Promise<TimeDrillResult> {
  const sent: string[] = [];
  const shown: string[] = [];
  const coming = [...strangers];
  const come: TestPhone[] = [];

  const serverAt = async (days: number) => {
    await server.stop();
    setClock(days);
    await server.start();
  };
  const send = async (from: TestPhone, to: TestPhone, text: string) => {
    sent.push(text);
    const [answer] = await from.send(to.number, text);
    progress(`${text}: ${answer?.state}`);
  };
  const take = async () => {
    for (const phone of [anna, ben, ...come, anna]) shown.push(...(await phone.texts()));
  };

  await send(anna, ben, "the first");
  await take();
  for (const [index, days] of together.entries()) {
    await serverAt(days);
    await send(anna, ben, `${index}: there, on day ${days}`);
    await send(ben, anna, `${index}: and back, on day ${days}`);
    const stranger = days > 0 ? coming.shift() : undefined;
    if (stranger) {
      await stranger.turnOn(server);
      come.push(stranger);
      await send(stranger, anna, `${index}: from somebody new, on day ${days}`);
    }
    await take();
  }
  // One start of the service with a clock that is wrong, while a text waits.
  for (const days of apart) {
    await send(anna, ben, `waits while the service is at day ${days}`);
    await serverAt(days);
    await serverAt(0);
    await take();
  }
  // The phone of one of them alone.
  for (const days of apart) {
    setClock(days);
    await send(anna, ben, `by a phone at day ${days}`);
    await anna.receive();
    setClock(0);
    await take();
  }
  for (let round = 0; round < 2; round += 1) await take();
  const states = [
    ...(await anna.ok<HistoryLine>(["history", ben.number])),
    ...(await ben.ok<HistoryLine>(["history", anna.number])),
  ];
  return {
    texts: sent.length,
    lost: sent.filter((text) => !shown.includes(text)),
    twice: shown.filter((text, index) => shown.indexOf(text) !== index),
    false: states.flatMap(({ state, text }) => (state === "not-delivered" ? [text] : [])),
  };
}

interface HistoryLine {
  readonly text: string;
  readonly state?: string;
}
