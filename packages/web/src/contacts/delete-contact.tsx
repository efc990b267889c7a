// Takes somebody out of the address book, after asking. Texts with them stay.
import type { PhoneNumber } from "@assent/protocol";
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";

interface DeleteContactProps {
  readonly number: PhoneNumber;
  readonly name: string;
  readonly onDeleted: () => void;
}

export function DeleteContact({ number, name, onDeleted }: DeleteContactProps) {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  const attempt = useAttempt();
  if (!isAsking) {
    return (
      <Button look="alarm" onClick={() => setAsking(true)}>
        {words.contactDelete}
      </Button>
    );
  }
  const remove = () =>
    attempt.run(async () => {
      await phone.removeContact(number);
      onDeleted();
    });
  return (
    <div className="stack">
      <p>
        <strong>{words.contactDeleteTitle(name)}</strong> {words.contactDeleteHint}
      </p>
      <Problem attempt={attempt} />
      <Answers
        yes={words.contactDelete}
        no={words.cancel}
        onYes={remove}
        onNo={() => setAsking(false)}
        isUnderway={attempt.isUnderway}
      />
    </div>
  );
}
