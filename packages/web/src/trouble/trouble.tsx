// When the phone cannot be opened here: why, and the way on. Nothing is deleted without being asked for.
import { type ReactNode, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { forgetKept } from "../phone/kept-mark.ts";
import { type Opening, openPhone, phone, startAgainEmpty } from "../phone/phone-state.ts";
import "./trouble.css";

export default function Trouble({ opening }: { readonly opening: Opening }) {
  const words = useWords();
  const useHere = (
    <Button look="strong" onClick={() => void openPhone(true)}>
      {words.useHere}
    </Button>
  );
  const tryAgain = <Button onClick={() => void openPhone(false)}>{words.tryAgain}</Button>;
  if (opening === "thrown-away") {
    const startAfresh = (
      <Button look="strong" onClick={startAgainEmpty}>
        {words.startAfresh}
      </Button>
    );
    return <Said title={words.damagedTitle} hint={words.damagedHint} way={startAfresh} />;
  }
  if (typeof opening === "string") {
    return <Said title={words.takenOverTitle} hint={words.takenOverHint} way={useHere} />;
  }
  switch (opening.failed) {
    case "profile_in_use":
      return <Said title={words.inUseTitle} hint={words.inUseHint} way={useHere} />;
    case "storage_failed":
      return <Said title={words.storageTitle} hint={words.storageHint} way={tryAgain} />;
    case "profile_unreadable":
      return (
        <Said
          title={words.damagedTitle}
          hint={words.damagedHint}
          way={
            <>
              {tryAgain}
              <StartAfresh />
            </>
          }
        />
      );
    default: {
      // Its code may not have come, and the same page does not ask for that again.
      const reload = <Button onClick={() => location.reload()}>{words.tryAgain}</Button>;
      return <Said title={words.storageTitle} hint={words.errors[opening.failed]} way={reload} />;
    }
  }
}

interface SaidProps {
  readonly title: string;
  readonly hint: string;
  readonly way: ReactNode;
}

function Said({ title, hint, way }: SaidProps) {
  return (
    <div className="trouble" role="alert">
      <h1>{title}</h1>
      <p>{hint}</p>
      <div className="trouble-ways">{way}</div>
    </div>
  );
}

function StartAfresh() {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  const attempt = useAttempt();
  const close = () => setAsking(false);
  const startAfresh = () =>
    attempt.run(async () => {
      await phone.startAfresh();
      forgetKept();
      location.reload();
    });
  return (
    <>
      <Button look="alarm" onClick={() => setAsking(true)}>
        {words.startAfresh}
      </Button>
      <Sheet open={isAsking} onClose={close} title={words.startAfresh}>
        <p>{words.damagedHint}</p>
        <Problem attempt={attempt} />
        <Answers
          yes={words.startAfresh}
          no={words.cancel}
          onYes={startAfresh}
          onNo={close}
          isUnderway={attempt.isUnderway}
        />
      </Sheet>
    </>
  );
}
