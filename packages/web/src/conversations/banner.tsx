// Whether private messages are on, always in sight, with the switch that leads to the question. Switching asks:
// nothing is turned on or off by the switch itself.
import { useId } from "react";
import { useLocation } from "wouter";
import { Switch } from "../elements/switch.tsx";
import type { Catalogue } from "../language/en.ts";
import { useWords } from "../language/language.ts";
import { type PhoneState, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import "./banner.css";

interface BannerText {
  readonly title: string;
  readonly hint: string;
  /** Where its switch or button leads. */
  readonly leadsTo: string;
}

export function Banner() {
  const words = useWords();
  const [, go] = useLocation();
  const state = usePhone();
  const id = useId();
  const text = bannerText(words, state);
  const isOn = state.status?.phase === "on";
  return (
    <div className="banner" role="status" aria-live="polite">
      <div className="banner-text" id={id}>
        <p className="banner-title">{text.title}</p>
        <p className="hint">{text.hint}</p>
      </div>
      <Switch
        label={words.switchLabel}
        describedBy={id}
        checked={isOn}
        onChange={() => go(text.leadsTo)}
      />
    </div>
  );
}

/** What there is to say of private messages at this moment. */
export function bannerText(words: Catalogue, state: PhoneState): BannerText {
  const { status, connection, trouble } = state;
  switch (status?.phase) {
    case "verifying":
      return {
        title: words.bannerVerifying,
        hint: words.bannerVerifyingHint,
        leadsTo: places.turnOn,
      };
    case "on":
      if (status.policyChanged) {
        return { title: words.bannerPaused, hint: words.bannerPausedHint, leadsTo: places.turnOn };
      }
      if (connection === "waiting") {
        const hint =
          trouble && trouble !== "unreachable" ? words.errors[trouble] : words.bannerOfflineHint;
        return { title: words.bannerOffline, hint, leadsTo: places.turnOff };
      }
      return { title: words.bannerOn, hint: words.bannerOnHint, leadsTo: places.turnOff };
    case "leaving":
      return { title: words.bannerLeaving, hint: words.bannerLeavingHint, leadsTo: places.turnOff };
    case "ended":
      return { title: words.bannerEnded, hint: words.bannerEndedHint, leadsTo: places.turnOn };
    default: {
      const hint = status?.everOn ? words.bannerOffAfterHint : words.bannerOffHint;
      return { title: words.bannerOff, hint, leadsTo: places.turnOn };
    }
  }
}
