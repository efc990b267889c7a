// Whether private messages are on, always in sight, with the switch that leads to the question. Switching asks:
// nothing is turned on or off by the switch itself. Until it is known, the banner says nothing and cannot be pressed.
import { useId } from "react";
import { useLocation } from "wouter";
import { Switch } from "../elements/switch.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { useStanding } from "./standing.ts";
import "./banner.css";

export function Banner() {
  const words = useWords();
  const [, go] = useLocation();
  const id = useId();
  const text = useStanding();
  const isOn = usePhone(({ status }) => status?.phase === "on");
  return (
    <div className="banner" role="status" aria-live="polite">
      <div className="banner-text" id={id}>
        <p className="banner-title">{text?.title}</p>
        <p className="hint">{text?.hint}</p>
      </div>
      <Switch
        label={words.switchLabel}
        describedBy={id}
        checked={isOn}
        isUnknown={text === undefined}
        onChange={() => text && go(text.leadsTo)}
      />
    </div>
  );
}
