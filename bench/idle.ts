// Resident memory of the server for each phone that is connected and does nothing.
import { type Bench, type Figure, firstNumber, inParallel } from "./scale.ts";
import { benchNumber, SimulatedPhone } from "./simulated-phone.ts";

export async function measureIdle({ scale, server, carrier, progress }: Bench): Promise<Figure[]> {
  const phones = await inParallel(scale.idlePhones, 8, async (index) => {
    if (index % 500 === 0) progress(`  phone ${index} of ${scale.idlePhones}`);
    return SimulatedPhone.register(carrier, benchNumber(firstNumber.idle + index));
  });
  // Registration leaves garbage; what it takes is not what idle phones cost.
  const before = await settledBytes(server);
  const inboxes = await inParallel(phones.length, 50, (index) =>
    (phones[index] as SimulatedPhone).openInbox(() => undefined),
  );
  const after = await settledBytes(server);
  for (const inbox of inboxes) inbox.close();
  return [
    {
      name: `idle: resident memory for each of ${phones.length} phones`,
      value: (after - before) / phones.length / 1_024,
      unit: "KB",
      reach: "≤ 14",
    },
  ];
}

/** The lowest of a few readings: a collector's timing is not a phone's cost. */
async function settledBytes(server: Bench["server"]): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 10; reading += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    lowest = Math.min(lowest, await server.residentBytes());
  }
  return lowest;
}
