// One phone of the demo, with whose it is, whether it is on, and how much left it.
import { ChevronRight, Eye, Lock, LockOpen } from "lucide-react";
import { useStore } from "zustand";
import { Avatar } from "../elements/avatar.tsx";
import { PhoneFrame } from "./phone-frame.tsx";
import type { DemoPhone } from "./phones.ts";
import type { Remote } from "./remote.ts";
import type { SmsNetwork } from "./sms-network.ts";
import "../conversations/banner.css";

interface PhoneViewProps {
  readonly phone: DemoPhone;
  readonly network: SmsNetwork;
  readonly remote: Remote;
}

export function PhoneView({ phone, network, remote }: PhoneViewProps) {
  const { phase, left } = useStore(remote.standing);
  const isOn = phase === "on";
  return (
    <section className="demo-phone" data-part={phone.name} aria-label={`${phone.name}: the phone`}>
      <header className="demo-owner">
        <Avatar name={phone.name} number={phone.number} />
        <div>
          <h2>{phone.name}</h2>
          <p className="demo-number">{phone.shownNumber}</p>
        </div>
        {phase !== undefined && (
          <p className={isOn ? "chip on" : "chip"}>
            {isOn ? (
              <Lock aria-hidden="true" size={16} />
            ) : (
              <LockOpen aria-hidden="true" size={16} />
            )}
            {isOn ? "Private · on" : "Private · off"}
          </p>
        )}
      </header>
      <PhoneFrame phone={phone} network={network} remote={remote} />
      <button
        type="button"
        className="demo-left"
        onClick={() => void remote.ask({ step: "go", place: "whatLeft" })}
      >
        <Eye aria-hidden="true" size={20} />
        <span>
          Left this phone: <strong>{left || "nothing"}</strong>
        </span>
        <ChevronRight aria-hidden="true" size={18} />
      </button>
    </section>
  );
}
