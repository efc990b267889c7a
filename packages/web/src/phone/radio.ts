// The demo's stand-in for a phone's radio: SMS goes to the page that frames this phone, and comes from it.
import type { SmsTransport } from "@assent/client";
import { isPhoneNumber, type PhoneNumber } from "@assent/protocol";

/** What crosses the port, both ways: `to` on its way out, `from` on its way in. */
export interface OutgoingSms {
  readonly to: PhoneNumber;
  readonly text: string;
}

export interface IncomingSms {
  readonly from: PhoneNumber;
  readonly text: string;
}

export interface Radio {
  readonly transport: SmsTransport;
  listen(receive: (sms: IncomingSms) => Promise<void>): void;
}

export function openRadio(port: MessagePort): Radio {
  return {
    transport: {
      name: "fake",
      send: async (to, text) => port.postMessage({ to, text } satisfies OutgoingSms),
    },
    listen: (receive) => {
      port.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isIncomingSms(data)) void receive(data);
      };
    },
  };
}

function isIncomingSms(data: unknown): data is IncomingSms {
  return (
    typeof data === "object" &&
    data !== null &&
    "from" in data &&
    typeof data.from === "string" &&
    isPhoneNumber(data.from) &&
    "text" in data &&
    typeof data.text === "string"
  );
}
