// SMS that the service sends: a purpose of its own, since others then read what was written. Turning it on asks first; taking
// the yes back takes effect at once.
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { SwitchRow } from "./switch-row.tsx";

export function SmsRelay() {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.purposes.includes("sms-relay") ?? false);
  // A yes can be taken back also where the service has stopped to offer it.
  const isShown = usePhone(({ status }) => status?.relaysSms === true) || isOn;
  const [isAsking, setAsking] = useState(false);
  const changing = useAttempt();
  if (!isShown) return null;
  const close = () => setAsking(false);
  const change = (granted: boolean) =>
    changing.run(async () => {
      await phone.setPurpose("sms-relay", granted);
      close();
    });
  return (
    <>
      <SwitchRow
        name={words.relayName}
        hint={words.relayHint}
        checked={isOn}
        onChange={(wanted) => (wanted ? setAsking(true) : change(false))}
      />
      {!isAsking && <Problem attempt={changing} />}
      <Sheet open={isAsking} onClose={close} title={words.relayAskTitle}>
        <p>{words.relayAskWhat}</p>
        <p>{words.relayAskRead}</p>
        <p>{words.relayAskAnswers}</p>
        <p>{words.relayAskBack}</p>
        <Problem attempt={changing} />
        <Answers
          yes={words.relayAskYes}
          no={words.relayAskNo}
          onYes={() => change(true)}
          onNo={close}
          isUnderway={changing.isUnderway}
        />
      </Sheet>
    </>
  );
}
