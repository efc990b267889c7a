// Which number to prove. From its code on, the owner's yes is recorded and something leaves.
import type { ErrorCode, PhoneNumber } from "@assent/protocol";
import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { numberOfSim } from "../phone/demo-radio.ts";
import { places } from "../places.ts";
import { KeepOff } from "./keep-off.tsx";

interface NumberStepProps {
  /** What was tried before. */
  readonly known: PhoneNumber | undefined;
  readonly onNumber: (written: string) => Promise<void>;
  readonly onKeepOff: () => Promise<void>;
}

const problemsOfNumbers: readonly (ErrorCode | undefined)[] = ["number_invalid", "number_refused"];

export function NumberStep({ known, onNumber, onKeepOff }: NumberStepProps) {
  const words = useWords();
  const [written, setWritten] = useState(known ?? numberOfSim() ?? "");
  const asking = useAttempt();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking.run(() => onNumber(written));
  };
  const isAboutNumber = problemsOfNumbers.includes(asking.problem);
  return (
    <Screen title={words.numberTitle} backTo={places.list}>
      <form className="stack" onSubmit={submit}>
        <Field
          inputRef={input}
          label={words.numberLabel}
          hint={words.numberHint}
          problem={isAboutNumber && asking.problem ? words.errors[asking.problem] : undefined}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          dir="ltr"
          value={written}
          onChange={(event) => setWritten(event.target.value)}
        />
        {!isAboutNumber && <Problem attempt={asking} />}
        <div className="answers">
          <Button type="submit" look="strong" aria-disabled={asking.isUnderway}>
            {words.sendCode}
          </Button>
          <KeepOff onKeepOff={onKeepOff} />
        </div>
        <p className="hint under-way" role="status">
          {asking.isUnderway && words.sendingCode}
        </p>
      </form>
    </Screen>
  );
}
