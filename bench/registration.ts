// What turning on costs each side: the whole of it, with the SDK's share of keys.
import { join } from "node:path";
import { fetchCode } from "@assent/bare-phone";
import { openNodeProfile } from "@assent/client/node";
import { type Bench, benchNumber, type Figure, firstNumber } from "./scale.ts";

export async function measureRegistration({
  scale,
  server,
  cell,
  folder,
}: Bench): Promise<Figure[]> {
  const serverBefore = await server.cpuSeconds();
  const phoneBefore = process.cpuUsage();
  for (let index = 0; index < scale.registrations; index += 1) {
    const number = benchNumber(firstNumber.registration + index);
    const profile = await openNodeProfile(join(folder, `registration-${index}`));
    await profile.account.turnOn(number, cell.origin, ["service"]);
    await profile.account.verify(await fetchCode(cell, number));
    await profile.close();
  }
  const { user, system } = process.cpuUsage(phoneBefore);
  const serverCpu = (await server.cpuSeconds()) - serverBefore;
  return [
    {
      name: "registration: CPU of the phone, 21 KeyPackages included",
      value: (user + system) / 1_000 / scale.registrations,
      unit: "ms",
    },
    {
      name: "registration: CPU of the server",
      value: (serverCpu * 1_000) / scale.registrations,
      unit: "ms",
    },
  ];
}
