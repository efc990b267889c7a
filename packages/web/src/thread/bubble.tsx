// One text: its words, when, by which way, and what became of it. The words are text and nothing else: no markup, no
// previews.
import type { ThreadText } from "@assent/client";
import { Lock, LockOpen } from "lucide-react";
import { useState } from "react";
import { Button } from "../elements/button.tsx";
import type { Catalogue } from "../language/en.ts";
import { useLanguage, useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { HandedOver } from "./handed-over.tsx";
import { SmsInstead } from "./sms-instead.tsx";
import type { ThreadRow } from "./thread-rows.ts";

interface BubbleProps {
  readonly row: Extract<ThreadRow, { readonly kind: "text" }>;
  readonly name: string;
}

export function Bubble({ row, name }: BubbleProps) {
  const { text, isLastOfRun, isNewest } = row;
  const { words, time, exact } = useLanguage();
  const isConnected = usePhone(({ connection }) => connection === "connected");
  const hasFailed = text.state === "not-delivered";
  const side = text.outgoing ? "out" : "in";
  return (
    <div className={`text ${side} ${text.route}`}>
      <p className="bubble" dir="auto">
        <span className="visually-hidden">
          {text.outgoing ? words.fromYou : name}
          {words.colonAfter}
        </span>
        {text.notUnderstood ? <em>{words.notUnderstood}</em> : text.text}
      </p>
      {(isLastOfRun || hasFailed) && (
        <p className={hasFailed ? "text-state failed" : "text-state"}>
          {text.route === "private" ? (
            <Lock aria-hidden="true" size={12} />
          ) : (
            <LockOpen aria-hidden="true" size={12} />
          )}
          <time dateTime={text.sentAt.toISOString()} title={exact(text.sentAt)}>
            {time(text.sentAt)}
          </time>
          {text.route === "sms" && <span>{words.sms}</span>}
          {text.outgoing && <span>{stateWord(words, text, isConnected)}</span>}
        </p>
      )}
      {hasFailed && <NotDelivered text={text} />}
      {text.state === "handoff" && isNewest && <HandedOver text={text} />}
    </div>
  );
}

/** Why it did not arrive, and the ways on. Nothing is sent another way by itself. */
function NotDelivered({ text }: { readonly text: ThreadText }) {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  const again = useAttempt();
  const problem = again.problem ?? text.error;
  const sendAgain = async () => {
    await phone.sendAgain(text.key);
  };
  return (
    <div className="not-delivered">
      {problem && <p>{words.errors[problem]}</p>}
      <div className="not-delivered-ways">
        <Button aria-disabled={again.isUnderway} onClick={() => again.run(sendAgain)}>
          {words.tryAgain}
        </Button>
        <Button onClick={() => setAsking(true)}>{words.useSms}</Button>
      </div>
      <SmsInstead open={isAsking} text={text} onClose={() => setAsking(false)} />
    </div>
  );
}

function stateWord(words: Catalogue, { state }: ThreadText, isConnected: boolean): string {
  switch (state) {
    case "queued":
      return isConnected ? words.stateQueued : words.stateWaiting;
    case "sent":
      return words.stateSent;
    case "delivered":
      return words.stateDelivered;
    case "read":
      return words.stateRead;
    case "not-delivered":
      return words.stateNotDelivered;
    case "not-known":
      return words.stateNotKnown;
    case "handoff":
      return words.stateHandoff;
    case "received":
      return "";
  }
}
