// By which way a number can be reached, as known here: in a word, a sign and a colour.
import type { ConversationSummary } from "@assent/client";
import { Lock, LockOpen } from "lucide-react";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import "./route-name.css";

interface RouteNameProps {
  /** Undefined where there is no conversation with the number. */
  readonly route: ConversationSummary["route"] | undefined;
}

export function RouteName({ route = "unchecked" }: RouteNameProps) {
  const words = useWords();
  // While private messages are off, everything goes by SMS.
  const isOn = usePhone(({ status }) => status?.phase === "on");
  const shown = isOn ? route : "sms";
  const Sign = shown === "private" ? Lock : LockOpen;
  return (
    <span className={`route-name ${shown}`}>
      {shown !== "unchecked" && <Sign aria-hidden="true" size={14} />}
      {{ private: words.routePrivate, sms: words.routeSms, unchecked: words.routeUnchecked }[shown]}
    </span>
  );
}
