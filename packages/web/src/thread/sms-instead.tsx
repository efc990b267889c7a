// The question before a private text goes by SMS after all: what is lost, and how many SMS it takes.
import type { ThreadText } from "@assent/client";
import { useEffect, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
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
  const segments = useSegments(open, text.text);
  const sending = useAttempt();
  const send = async () => {
    const key = await phone.send(text.number, text.text, "sms");
    await phone.removeText(text.number, text.key);
    onClose();
    const sent = await phone.outcome(key);
    if (sent.state === "handoff") openSmsApp(sent.link);
  };
  return (
    <Sheet open={open} onClose={onClose} title={words.smsInsteadTitle}>
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
    </Sheet>
  );
}

/** How many SMS a text takes (3GPP TS 23.038); counted only when somebody asks. */
function useSegments(isAsked: boolean, text: string): number | undefined {
  const [segments, setSegments] = useState<number>();
  useEffect(() => {
    if (!isAsked) return;
    void import("sms-segments-calculator").then(({ SegmentedMessage }) =>
      setSegments(new SegmentedMessage(text).segmentsCount),
    );
  }, [isAsked, text]);
  return segments;
}
