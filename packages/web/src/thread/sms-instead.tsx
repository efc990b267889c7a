// The question before a private text goes by SMS after all: what is lost, and how many SMS it takes.
import type { SendResult, ThreadText } from "@assent/client";
import { useEffect, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import type { Catalogue } from "../language/en.ts";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { openSmsApp } from "./sms-app.ts";

interface SmsInsteadProps {
  readonly open: boolean;
  readonly text: ThreadText;
  readonly onClose: () => void;
}

export function SmsInstead({ open, text, onClose }: SmsInsteadProps) {
  const words = useWords();
  return (
    <Sheet open={open} onClose={onClose} title={words.smsInsteadTitle}>
      {open && <SmsInsteadQuestion text={text} onClose={onClose} />}
    </Sheet>
  );
}

/** Where the text may have arrived already it stays private: that is said in the question's place. */
export function SmsInsteadQuestion({ text, onClose }: Omit<SmsInsteadProps, "open">) {
  const words = useWords();
  const segments = useSegments(text.text);
  const sending = useAttempt();
  const [kept, setKept] = useState<string>();
  const send = async () => {
    const sent = await phone.sendAsSms(text.key);
    const why = whyNotSent(sent, words);
    if (why) return setKept(why);
    onClose();
    if (sent.state === "handoff") openSmsApp(sent.link);
  };
  if (kept)
    return (
      <>
        <p role="status">{kept}</p>
        <Button look="equal" onClick={onClose}>
          {words.close}
        </Button>
      </>
    );
  return (
    <>
      <p className="sms-preview" dir="auto">
        {text.text}
      </p>
      <p>{words.smsInsteadLost}</p>
      {segments !== undefined && <p>{words.smsSegments(segments)}</p>}
      <Problem attempt={sending} />
      <Answers
        yes={words.useSms}
        no={words.cancel}
        onYes={() => sending.run(send)}
        onNo={onClose}
        isUnderway={sending.isUnderway}
      />
    </>
  );
}

function whyNotSent({ state }: SendResult, words: Catalogue): string | undefined {
  switch (state) {
    case "taken":
    case "delivered":
      return words.smsInsteadTaken;
    case "kept-private":
    case "not-known":
      return words.smsInsteadKept;
    case "taking-back":
      return words.smsInsteadWaiting;
    default:
      return undefined;
  }
}

/** How many SMS a text takes (3GPP TS 23.038); counted only when somebody asks. */
function useSegments(text: string): number | undefined {
  const [segments, setSegments] = useState<number>();
  useEffect(() => {
    void import("sms-segments-calculator").then(({ SegmentedMessage }) =>
      setSegments(new SegmentedMessage(text).segmentsCount),
    );
  }, [text]);
  return segments;
}
