// One phone: the app from an origin of its own, with this page as its radio and, while somebody watches, its hand.
import { useEffect, useRef } from "react";
import type { RadioGreeting } from "../demo-phone/radio.ts";
import { type DemoPhone, phones } from "./phones.ts";
import type { Remote } from "./remote.ts";
import type { SmsNetwork } from "./sms-network.ts";

interface PhoneFrameProps {
  readonly phone: DemoPhone;
  readonly network: SmsNetwork;
  readonly remote: Remote;
}

export function PhoneFrame({ phone, network, remote }: PhoneFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const greeted = ({ data, origin, source }: MessageEvent<unknown>) => {
      if (origin !== phone.origin || source !== frame.current?.contentWindow) return;
      if (!isPhoneGreeting(data)) return;
      const radio = new MessageChannel();
      network.attach(phone, radio.port1);
      const played = new MessageChannel();
      remote.attach(played.port1);
      // They know each other: a name finds a number.
      const people = phones.filter((one) => one !== phone);
      void remote.ask({
        step: "introduce",
        people: people.map(({ name, number }) => ({ name, number })),
      });
      const greeting: RadioGreeting = { kind: "assent-radio", number: phone.number };
      source?.postMessage(greeting, {
        targetOrigin: origin,
        transfer: [radio.port2, played.port2],
      });
    };
    addEventListener("message", greeted);
    // Only now, so that its greeting is heard.
    frame.current?.setAttribute("src", `${phone.origin}/`);
    return () => removeEventListener("message", greeted);
  }, [phone, network, remote]);
  return <iframe ref={frame} className="demo-screen" title={`${phone.name}'s phone`} />;
}

function isPhoneGreeting(data: unknown): boolean {
  return (
    typeof data === "object" && data !== null && "kind" in data && data.kind === "assent-phone"
  );
}
