// The demo frames two phones and stands for the air between them. A phone on its own has no such radio.

const waitMs = 3_000;

/** What the demo page says to a phone when it is there, with two ports: of its radio, and of what plays the phone. */
export interface RadioGreeting {
  readonly kind: "assent-radio";
  /** The number on this phone's SIM card. */
  readonly number: string;
}

let simNumber: string | undefined;

/** The number of the demo's SIM card, for the owner to say yes with. */
export function numberOfSim(): string | undefined {
  return simNumber;
}

/** Undefined where this is no phone of the demo, or its page does not greet in time. */
export function radioOfDemo(): Promise<MessagePort | undefined> {
  const isDemoPhone = window.parent !== window && location.hostname.endsWith(".localhost");
  if (!isDemoPhone) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const done = (port: MessagePort | undefined) => {
      removeEventListener("message", greeted);
      clearTimeout(timeout);
      resolve(port);
    };
    const greeted = ({ data, origin, source, ports }: MessageEvent<unknown>) => {
      if (source !== window.parent || !isOfDemo(origin) || !isGreeting(data)) return;
      simNumber = data.number;
      const [, remote] = ports;
      if (remote) void import("./remote.ts").then(({ followRemote }) => followRemote(remote));
      done(ports[0]);
    };
    const timeout = setTimeout(() => done(undefined), waitMs);
    addEventListener("message", greeted);
    // The page cannot know when this phone listens; there is nothing in this to keep from anybody.
    window.parent.postMessage({ kind: "assent-phone" }, "*");
  });
}

/** The demo has the name that follows the phone's own, and the same port. */
function isOfDemo(origin: string): boolean {
  const { protocol, host } = new URL(origin);
  const demoHost = location.host.slice(location.host.indexOf(".") + 1);
  return protocol === location.protocol && host === demoHost;
}

function isGreeting(data: unknown): data is RadioGreeting {
  return (
    typeof data === "object" &&
    data !== null &&
    "kind" in data &&
    data.kind === "assent-radio" &&
    "number" in data &&
    typeof data.number === "string"
  );
}
