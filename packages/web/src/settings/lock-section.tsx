// The app lock: where the device can recognize its owner. Turning it on says what it is and is not; turning it off asks for the
// owner again.
import { useEffect, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { hasAuthenticator, isOwner, makeCredential } from "../lock/authenticator.ts";
import { chooseLock, type LockChoice, lockNow, useLock } from "../lock/lock.ts";
import { useAttempt } from "../phone/attempt.ts";
import { Choice } from "./choice.tsx";
import { Section } from "./section.tsx";
import { SwitchRow } from "./switch-row.tsx";

const minutesOffered = ["0", "1", "5", "30"] as const;
const minutesAtFirst = 5;

export function LockSection() {
  const words = useWords();
  const choice = useLock((state) => state.choice);
  const [isOffered, setOffered] = useState(choice !== undefined);
  const [isAsking, setAsking] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const attempt = useAttempt();
  useEffect(() => {
    void hasAuthenticator().then((has) => setOffered((was) => was || has));
  }, []);
  if (!isOffered) return null;
  const ask = (isAsked: boolean) => {
    setFailed(false);
    setAsking(isAsked);
  };
  const turnOn = () =>
    attempt.run(async () => {
      setFailed(false);
      const credential = await makeCredential().catch(() => undefined);
      if (credential === undefined) return setFailed(true);
      chooseLock({ credential, afterMinutes: minutesAtFirst });
      ask(false);
    });
  const turnOff = ({ credential }: LockChoice) =>
    attempt.run(async () => {
      setFailed(false);
      if (await isOwner(credential)) chooseLock(undefined);
      else setFailed(true);
    });
  const failed = hasFailed && <p role="alert">{words.lockFailed}</p>;
  return (
    <Section title={words.lockName}>
      <SwitchRow
        name={words.lockSwitch}
        hint={words.lockHint}
        checked={choice !== undefined}
        onChange={() => (choice ? turnOff(choice) : ask(true))}
      />
      {!isAsking && failed}
      {choice && <LockAfter choice={choice} />}
      <Sheet open={isAsking} onClose={() => ask(false)} title={words.lockAskTitle}>
        <p>{words.lockAskWhat}</p>
        <p>{words.lockAskNot}</p>
        <p>{words.lockAskPasskey}</p>
        <p>{words.lockAskLost}</p>
        {failed}
        <Answers
          yes={words.lockAskYes}
          no={words.lockAskNo}
          onYes={turnOn}
          onNo={() => ask(false)}
          isUnderway={attempt.isUnderway}
        />
      </Sheet>
    </Section>
  );
}

function LockAfter({ choice }: { readonly choice: LockChoice }) {
  const words = useWords();
  const chosen = minutesOffered.find((minutes) => Number(minutes) === choice.afterMinutes);
  return (
    <>
      <Choice
        label={words.lockAfter}
        values={minutesOffered}
        chosen={chosen ?? "0"}
        onChoose={(minutes) => chooseLock({ ...choice, afterMinutes: Number(minutes) })}
        nameOf={(minutes) =>
          minutes === "0" ? words.lockAtOnce : words.lockAfterMinutes(Number(minutes))
        }
      />
      <div className="settings-row">
        <Button onClick={lockNow}>{words.lockNow}</Button>
      </div>
    </>
  );
}
