// Resident memory of the server for each phone that is connected and does nothing: a server that was started
// anew, so that registration left nothing in it, and that has warmed up on some phones before it is read.
import { join } from "node:path";
import { makePhoneAt, openTakingInbox, type Phone, reachCell, turnOn } from "@assent/bare-phone";
import { type Bench, benchNumber, type Figure, firstNumber, inParallel } from "./scale.ts";
import { MeasuredProcess } from "./server-process.ts";

export async function measureIdle({ scale, folder, progress }: Bench): Promise<Figure[]> {
  const data = join(folder, "idle");
  const registering = await MeasuredProcess.serve(data);
  const cell = await reachCell(registering);
  const phones = await inParallel(scale.idlePhones, 8, async (index) => {
    if (index % 500 === 0) progress(`  phone ${index} of ${scale.idlePhones}`);
    const phone = await makePhoneAt(cell, benchNumber(firstNumber.idle + index));
    await turnOn(cell, phone);
    return phone;
  });
  await registering.stop();

  const server = await MeasuredProcess.serve(data);
  try {
    const open = (from: number, to: number) =>
      inParallel(to - from, 50, (index) =>
        openTakingInbox(server, phones[from + index] as Phone, () => undefined),
      );
    const warmUp = Math.floor(phones.length / 5);
    const first = await open(0, warmUp);
    const before = await settledBytes(server);
    const rest = await open(warmUp, phones.length);
    const after = await settledBytes(server);
    for (const inbox of [...first, ...rest]) inbox.close();
    return [
      {
        name: `idle: resident memory for each of ${rest.length} phones`,
        value: (after - before) / rest.length / 1_024,
        unit: "KB",
        reach: "≤ 14",
      },
    ];
  } finally {
    await server.stop();
  }
}

/** The lowest of a few readings: a collector's timing is not a phone's cost. */
async function settledBytes(server: MeasuredProcess): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 10; reading += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    lowest = Math.min(lowest, await server.residentBytes());
  }
  return lowest;
}
