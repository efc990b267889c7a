// What is in the page while the app is locked: the way in, and the way on for whoever has lost it. Deletes nothing without being
// asked twice.
import { LockKeyhole } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { forgetKept } from "../phone/kept-mark.ts";
import { phone } from "../phone/phone-state.ts";
import { isOwner } from "./authenticator.ts";
import { chooseLock, unlock, useLock } from "./lock.ts";
import "../trouble/trouble.css";
import "./lock-screen.css";

export default function LockScreen() {
  const words = useWords();
  const credential = useLock(({ choice }) => choice?.credential);
  const heading = useRef<HTMLHeadingElement>(null);
  const [hasFailed, setFailed] = useState(false);
  const [isLost, setLost] = useState(false);
  const attempt = useAttempt();
  // What had the focus is gone.
  useEffect(() => heading.current?.focus(), []);
  const open = () =>
    attempt.run(async () => {
      setFailed(false);
      if (credential === undefined || (await isOwner(credential))) unlock();
      else setFailed(true);
    });
  return (
    <div className="trouble lock-screen">
      <LockKeyhole className="lock-sign" aria-hidden="true" size={40} />
      <h1 ref={heading} tabIndex={-1}>
        {words.lockedTitle}
      </h1>
      <p>{words.lockedHint}</p>
      <p role="status">{hasFailed && words.lockFailed}</p>
      <div className="trouble-ways">
        <Button look="strong" aria-disabled={attempt.isUnderway} onClick={open}>
          {words.lockOpen}
        </Button>
        <Button look="quiet" onClick={() => setLost(true)}>
          {words.lockLost}
        </Button>
      </div>
      {isLost && <BeginAnew onClose={() => setLost(false)} />}
    </div>
  );
}

function BeginAnew({ onClose }: { readonly onClose: () => void }) {
  const words = useWords();
  const attempt = useAttempt();
  const beginAnew = () =>
    attempt.run(async () => {
      await phone.startAfresh();
      forgetKept();
      // Last: what could not be deleted stays locked.
      chooseLock(undefined);
      location.reload();
    });
  return (
    <Sheet open onClose={onClose} title={words.lockLost}>
      <p>{words.lockLostTry}</p>
      <p>{words.lockLostAnew}</p>
      <Problem attempt={attempt} />
      <Answers
        yes={words.lockBeginAnew}
        no={words.cancel}
        onYes={beginAnew}
        onNo={onClose}
        isUnderway={attempt.isUnderway}
      />
    </Sheet>
  );
}
