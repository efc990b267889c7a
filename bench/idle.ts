// Resident memory for each phone that is connected and does nothing: of the service, and of bare WebSockets beside it. Each
// was started anew, so that registration left nothing in it, and has warmed up on some phones before it is read. Garbage is
// collected before: when a collector of itself gives memory back, or takes 30 MB more, is a matter of minutes and no phone's cost.
import { join } from "node:path";
import { makePhoneAt, openTakingInbox, type Phone, reachCell, turnOn } from "@assent/bare-phone";
import { bareSide } from "./floor/bare-side.ts";
import { type Bench, benchNumber, type Figure, firstNumber, inParallel } from "./scale.ts";
import { MeasuredProcess, thisTree } from "./server-process.ts";

const collected = { isCollected: true };

type Connect = (phone: number) => Promise<{ close(): void }>;

export async function measureIdle(bench: Bench): Promise<Figure[]> {
  const phones = bench.scale.idlePhones;
  const bare = await ofBareSockets(bench);
  const service = await ofTheService(bench);
  return [
    { name: `idle: resident memory for each of ${phones} phones`, value: service, unit: "KB" },
    { name: "idle: the same of bare sockets", value: bare, unit: "KB" },
    { name: "idle: beside bare sockets", value: service / bare, unit: "×", reach: "≤ 1.1" },
  ];
}

async function ofBareSockets({ folder, scale, progress }: Bench): Promise<number> {
  const side = bareSide("reference", "reference.ts");
  const { process, connectOnly } = await side.start(folder, scale.idlePhones, progress, collected);
  try {
    return await kilobytesForEach(process, scale.idlePhones, connectOnly);
  } finally {
    await process.stop();
  }
}

async function ofTheService({ folder, scale, progress }: Bench): Promise<number> {
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

  const server = await MeasuredProcess.serve(data, thisTree, collected);
  try {
    return await kilobytesForEach(server, phones.length, (index) =>
      openTakingInbox(server, phones[index] as Phone, () => undefined),
    );
  } finally {
    await server.stop();
  }
}

/** A fifth come first: what a process takes once, whoever comes, is no phone's cost. */
async function kilobytesForEach(
  process: MeasuredProcess,
  phones: number,
  connect: Connect,
): Promise<number> {
  const open = (from: number, to: number) =>
    inParallel(to - from, 50, (index) => connect(from + index));
  const warmUp = Math.floor(phones / 5);
  const held = await open(0, warmUp);
  const before = await settledBytes(process);
  held.push(...(await open(warmUp, phones)));
  const after = await settledBytes(process);
  for (const connection of held) connection.close();
  return (after - before) / (phones - warmUp) / 1_024;
}

/** The lowest of a few readings, each behind a collection. */
async function settledBytes(process: MeasuredProcess): Promise<number> {
  let lowest = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < 10; reading += 1) {
    process.collect();
    await new Promise((resolve) => setTimeout(resolve, 500));
    lowest = Math.min(lowest, await process.residentBytes());
  }
  return lowest;
}
