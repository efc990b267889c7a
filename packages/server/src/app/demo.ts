// The demo: one page of this machine that shows two phones, each from an origin, and so with a storage, of its own.
// All three names are one site: for what a page frames of another site, browsers may refuse storage.
import { nameOnThisMachine, partsOfHost } from "../this-machine.ts";
import { type Framing, noFraming } from "./security-headers.ts";

const phoneNames = [`anna.${nameOnThisMachine}`, `ben.${nameOnThisMachine}`];

export function isDemoPage(host: string | undefined): boolean {
  return partsOfHost(host).name === nameOnThisMachine;
}

/** Of the demo's page, where this host was asked for. */
export function demoOrigin(host: string | undefined): string {
  return originOf(nameOnThisMachine, host);
}

/** For the demo's page: it shows the phones, nobody shows it. */
export function framingOfPage(host: string | undefined): Framing {
  return { ...noFraming, frames: phoneNames.map((phone) => originOf(phone, host)) };
}

/** For the app: shown by the demo's page where the host that was asked for is one of its phones. */
export function framingOfPhone(host: string | undefined): Framing {
  const isPhone = phoneNames.includes(partsOfHost(host).name);
  return isPhone ? { ...noFraming, framedBy: [demoOrigin(host)] } : noFraming;
}

function originOf(name: string, host: string | undefined): string {
  return `http://${name}${partsOfHost(host).port}`;
}
