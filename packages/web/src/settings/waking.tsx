// Being told while the app is closed: a purpose of its own, since the browser's maker then learns something. Turning it on
// asks first; taking the yes back takes effect at once.
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { allowedNow, askWhetherAllowed } from "../notifications/choices.ts";
import { useAttempt } from "../phone/attempt.ts";
import { hasPushService } from "../phone/browser-push.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { SwitchRow } from "./switch-row.tsx";

export function Waking() {
  const words = useWords();
  const isOffered = usePhone(
    ({ status }) => status?.phase === "on" && status.wakesBrowsers === true && hasPushService(),
  );
  const isOn = usePhone(({ status }) => status?.purposes.includes("push") ?? false);
  const [isAsking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const changing = useAttempt();
  if (!isOffered) return null;
  const ask = (isAsked: boolean) => {
    setTrouble(undefined);
    setAsking(isAsked);
  };
  const turnOn = () =>
    changing.run(async () => {
      // Asked by this tap: browsers ask their owner for nothing else.
      if ((await askWhetherAllowed()) !== "granted") return setTrouble(words.notificationsDenied);
      await phone.setPurpose("push", true);
      try {
        await phone.settlePush();
        ask(false);
      } catch {
        // A yes that nothing comes of would only mislead.
        await phone.setPurpose("push", false);
        setTrouble(words.wakingFailed);
      }
    });
  // The yes stands until it is taken back here, whatever the browser allows meanwhile.
  const isForbidden = isOn && allowedNow() !== "granted";
  const turnOff = () => changing.run(() => phone.setPurpose("push", false));
  return (
    <>
      <SwitchRow
        name={words.wakingName}
        hint={isForbidden ? words.notificationsDenied : words.wakingHint}
        checked={isOn && !isAsking}
        onChange={(wanted) => (wanted ? ask(true) : turnOff())}
      />
      {!isAsking && <Problem attempt={changing} />}
      <Sheet open={isAsking} onClose={() => ask(false)} title={words.wakingAskTitle}>
        <p>{words.wakingAskWhat}</p>
        <p>{words.wakingAskLearns}</p>
        <p>{words.wakingAskBack}</p>
        {trouble && <p role="alert">{trouble}</p>}
        <Problem attempt={changing} />
        <Answers
          yes={words.wakingAskYes}
          no={words.wakingAskNo}
          onYes={turnOn}
          onNo={() => ask(false)}
          isUnderway={changing.isUnderway}
        />
      </Sheet>
    </>
  );
}
