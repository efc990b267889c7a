// Where private messages stand at this moment, in words, and where one goes to change it.
import type { AccountEnded } from "@assent/client";
import { useEffect, useState } from "react";
import type { Catalogue } from "../language/en.ts";
import { useLanguage } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { hasServiceEnded } from "../phone/service-ends.ts";
import { places } from "../places.ts";

export interface Standing {
  /** `ended` stands with `off`: nothing leaves, and one can turn on. */
  readonly kind: "off" | "verifying" | "on" | "offline" | "paused" | "ends" | "leaving";
  readonly title: string;
  readonly hint: string;
  /** Of whoever runs the service, in their words. */
  readonly said?: string | undefined;
  /** Where its switch or button leads. */
  readonly leadsTo: string;
}

// Shorter is no news: each load begins without a connection.
const offlineAfterMs = 2_000;

/** Undefined while the phone opens: nothing is known yet, so nothing is said. */
export function useStanding(): Standing | undefined {
  const { words, dayOfUtc } = useLanguage();
  // One by one: what leaves this device changes the phone's state many times a second, and none of these.
  const status = usePhone((state) => state.status);
  const trouble = usePhone((state) => state.trouble);
  const isOffline = useIsOffline();
  switch (status?.phase) {
    case undefined:
      return undefined;
    case "verifying":
      return {
        kind: "verifying",
        // Without a code on its way there is nothing to type yet.
        title: status.code ? words.bannerVerifying : words.bannerUnproved,
        hint: words.bannerVerifyingHint,
        leadsTo: places.turnOn,
      };
    case "on":
      if (status.policyChanged) {
        const [title, hint] = [words.bannerPaused, words.bannerPausedHint];
        return { kind: "paused", title, hint, leadsTo: places.turnOn };
      }
      if (status.serviceEnds && (!isOffline || hasServiceEnded(status))) {
        const { on, message } = status.serviceEnds;
        const [title, hint] = hasServiceEnded(status)
          ? [words.bannerServiceEnded, words.bannerServiceEndedHint]
          : [words.bannerServiceEnds(dayOfUtc(on)), words.bannerServiceEndsHint];
        return { kind: "ends", title, hint, said: message, leadsTo: places.turnOff };
      }
      if (isOffline) {
        const hint =
          trouble && trouble !== "unreachable" ? words.errors[trouble] : words.bannerOfflineHint;
        return { kind: "offline", title: words.bannerOffline, hint, leadsTo: places.turnOff };
      }
      return {
        kind: "on",
        title: words.bannerOn,
        hint: words.bannerOnHint,
        leadsTo: places.turnOff,
      };
    case "leaving":
      return {
        kind: "leaving",
        title: words.bannerLeaving,
        hint: words.bannerLeavingHint,
        leadsTo: places.turnOff,
      };
    case "ended":
      return {
        kind: "off",
        ...endedWords(words, status.ending?.reason),
        leadsTo: places.turnOn,
      };
    case "off": {
      const hint = status.everOn ? words.bannerOffAfterHint : words.bannerOffHint;
      return { kind: "off", title: words.bannerOff, hint, leadsTo: places.turnOn };
    }
  }
}

export function useIsOffline(): boolean {
  const isWaiting = usePhone(({ connection }) => connection === "waiting");
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const timeout = setTimeout(() => setLasting(true), offlineAfterMs);
    return () => {
      clearTimeout(timeout);
      setLasting(false);
    };
  }, [isWaiting]);
  return isWaiting && isLasting;
}

/** @param reason what the service stated; where it stated nothing, nothing is said of others. */
export function endedWords(
  words: Catalogue,
  reason: AccountEnded["reason"] | undefined,
): Pick<Standing, "title" | "hint"> {
  switch (reason) {
    case "taken-over":
      return { title: words.bannerEnded, hint: words.bannerEndedHint };
    case "left":
      return { title: words.bannerLeft, hint: words.bannerLeftHint };
    case "left-by-number":
      return { title: words.bannerLeft, hint: words.bannerLeftByNumberHint };
    default:
      return { title: words.bannerUnknown, hint: words.bannerEndedHint };
  }
}
