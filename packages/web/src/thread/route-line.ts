// By which way the next text goes, as the line above the box says it, and whether it changed under the typing hand.
import type { ConversationSummary } from "@assent/client";
import { AssentError } from "@assent/protocol";
import { useCallback, useEffect, useState } from "react";
import { phone, usePhone } from "../phone/phone-state.ts";
import { hasServiceEnded } from "../phone/service-ends.ts";

export type RouteLine = "private" | "verified" | "sms" | "checking" | "unchecked";

/** What a text is sent by, where the line allows sending. */
export function wayOf(line: RouteLine): "private" | "sms" | undefined {
  if (line === "checking") return undefined;
  return line === "sms" ? "sms" : "private";
}

/**
 * The line of one conversation. A number that was never looked up is looked up when its owner begins to write to
 * it, not before.
 */
export function useRouteLine(
  conversation: ConversationSummary | undefined,
  isWriting: boolean,
): RouteLine {
  const isOn = usePhone(
    ({ status }) => status?.phase === "on" && !status.policyChanged && !hasServiceEnded(status),
  );
  const connection = usePhone((state) => state.connection);
  const [asking, setAsking] = useState<"not-yet" | "now" | "in-vain">("not-yet");
  const number = conversation?.number;
  const isUnchecked = isOn && conversation?.route === "unchecked";

  useEffect(() => {
    if (!number || !isUnchecked || !isWriting || connection !== "connected") return;
    setAsking("now");
    phone.check(number).then(
      () => setAsking("not-yet"),
      (error: unknown) => {
        if (!(error instanceof AssentError)) throw error;
        setAsking("in-vain");
      },
    );
  }, [number, isUnchecked, isWriting, connection]);

  if (!isOn) return "sms";
  switch (conversation?.route) {
    case "private":
      return conversation.compared ? "verified" : "private";
    case "sms":
      return "sms";
    default:
      return asking === "in-vain" || connection !== "connected" ? "unchecked" : "checking";
  }
}

/**
 * Whether sending is disarmed: the way became another while something was typed, and the writer has not said that
 * they saw it.
 */
export function useDisarming(
  line: RouteLine,
  isTyping: boolean,
): { readonly disarmed: boolean; readonly rearm: () => void } {
  const [seen, setSeen] = useState(line);
  // Nothing can be sent while it is looked up, and what the first character asked is answered soon: no surprise. Nor is
  // what could not be looked up and turns out private.
  const isExpected =
    wayOf(seen) === wayOf(line) ||
    seen === "checking" ||
    (seen === "unchecked" && wayOf(line) === "private");
  const disarmed = isTyping && !isExpected;
  useEffect(() => {
    if (!isTyping || seen === "checking") setSeen(line);
  }, [isTyping, seen, line]);
  return { disarmed, rearm: useCallback(() => setSeen(line), [line]) };
}
