// Where pushes may go: the push services of the big browsers' makers, and what an operator adds. Whoever has an account
// could name anything else, and have this service call it.

/** Of Chrome and most others, Firefox, Safari and Edge. What begins with a dot is any name below it. */
const knownServices: readonly string[] = [
  "fcm.googleapis.com",
  ".push.services.mozilla.com",
  ".push.apple.com",
  ".notify.windows.com",
];

export type Endpoints = (text: string) => URL | undefined;

/** @param added such as "push.example.org" or ".push.example.org", with a port where it is not 443. */
export function createEndpoints(added: readonly string[]): Endpoints {
  const services = [...knownServices, ...added];
  return (text) => {
    const url = URL.parse(text);
    // Names and passwords in it would go along; a fragment goes nowhere.
    const isPlain = url?.protocol === "https:" && url.href === text && !/[@#]/.test(text);
    if (!isPlain) return undefined;
    return services.some((service) => isOf(url.host, service)) ? url : undefined;
  };
}

function isOf(host: string, service: string): boolean {
  return service.startsWith(".") ? host.endsWith(service) : host === service;
}

/** Whether an operator may add it. */
export function isPushService(text: string): boolean {
  const name = text.replace(/^\./, "");
  return (
    URL.parse(`https://${name}/`)?.host === name && !/^[\d.]+$|[[:]/.test(name.split(":")[0] ?? "")
  );
}
