// The question before a private text goes by SMS after all: what is lost, and how many SMS it takes.
import type { SendResult, SmsPreview, ThreadText } from "@assent/client";
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
  const preview = usePreview(text.text);
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
        {preview?.text ?? text.text}
      </p>
      <p>{preview?.by === "service" ? words.smsInsteadRelayed : words.smsInsteadLost}</p>
      {preview && <p>{words.smsSegments(preview.parts)}</p>}
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

/** Asked for only when somebody looks. */
function usePreview(text: string): SmsPreview | undefined {
  const [preview, setPreview] = useState<SmsPreview>();
  useEffect(() => {
    void phone.previewSms(text).then(setPreview);
  }, [text]);
  return preview;
}
