// The question before a private text goes by SMS after all: what is lost, and how many SMS it takes.
import type { ThreadText } from "@assent/client";
import { useEffect, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
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
  const send = async () => {
    onClose();
    const sent = await phone.send(text.number, text.text, "sms");
    await phone.removeText(text.number, text.key);
    openSmsApp(sent);
  };
  return (
    <Sheet open={open} onClose={onClose} title={words.smsInsteadTitle}>
      <p className="sms-preview" dir="auto">
        {text.text}
      </p>
      <p>{words.smsInsteadLost}</p>
      {segments !== undefined && <p>{words.smsSegments(segments)}</p>}
      <div className="answers">
        <Button look="equal" onClick={send}>
          {words.useSms}
        </Button>
        <Button look="equal" onClick={onClose}>
          {words.cancel}
        </Button>
      </div>
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
