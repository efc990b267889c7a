// The code from the SMS: typed, pasted, or read from the SMS by the browser. Six digits are tried at once.
import type { ProfileStatus } from "@assent/client";
import type { ErrorCode, PhoneNumber } from "@assent/protocol";
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useSecondsUntil } from "../elements/seconds-until.ts";
import { useWords } from "../language/language.ts";
import { type Attempt, useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import { places } from "../places.ts";
import { AskingCode } from "./asking-code.tsx";
import { codeFromSms, codeLength, digitsIn } from "./code.ts";
import { KeepOff } from "./keep-off.tsx";

interface CodeStepProps {
  readonly number: PhoneNumber | undefined;
  readonly code: ProfileStatus["code"];
  readonly onVerified: () => void;
  readonly onAnotherCode: () => Promise<void>;
  readonly onOtherNumber: () => void;
  readonly onKeepOff: () => Promise<void>;
}

const problemsOfCodes: readonly (ErrorCode | undefined)[] = ["code_wrong", "code_expired"];

export function CodeStep(props: CodeStepProps) {
  const { number, code, onVerified, onAnotherCode, onOtherNumber, onKeepOff } = props;
  const words = useWords();
  const shownNumber = useShownNumber(number);
  const checking = useAttempt();
  const resending = useAttempt();
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);

  const check = (digits: string) =>
    checking.run(async () => {
      await phone.verify(digits);
      onVerified();
    });
  const enter = (written: string) => {
    const digits = digitsIn(written).slice(0, codeLength);
    setTyped(digits);
    if (digits.length === codeLength && digits !== typed) check(digits);
  };
  const askForAnother = () => {
    setTyped("");
    resending.run(async () => {
      await onAnotherCode();
      input.current?.focus();
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.length === codeLength) check(typed);
  };

  useLayoutEffect(() => input.current?.focus(), []);
  useCodeFromSms(enter);
  // A wrong code is typed over.
  useEffect(() => {
    if (checking.problem === "code_wrong") input.current?.select();
  }, [checking.problem]);

  const isOver = useSecondsUntil(code?.expiresAt) === 0 && code !== undefined;
  // What went wrong with a code is of interest until another is typed.
  const failed = typed.length === codeLength ? checking.problem : undefined;
  const problem = failed ?? (isOver ? "code_expired" : undefined);
  const isAboutCode = problemsOfCodes.includes(problem);
  return (
    <Screen title={words.codeTitle} backTo={places.list}>
      <form className="stack" onSubmit={submit}>
        <p>{words.codeSentTo(shownNumber)}</p>
        <Field
          inputRef={input}
          className="code-field"
          label={words.codeLabel}
          hint={words.codeHint}
          problem={isAboutCode && problem ? words.errors[problem] : undefined}
          inputMode="numeric"
          autoComplete="one-time-code"
          dir="ltr"
          value={typed}
          onChange={(event) => enter(event.target.value)}
        />
        {failed && !isAboutCode && <Problem attempt={checking} />}
        <Problem attempt={resending} />
        <div className="answers">
          <Button
            type="submit"
            look="strong"
            aria-disabled={checking.isUnderway || typed.length < codeLength}
          >
            {words.checkCode}
          </Button>
          <AnotherCode sendableAt={code?.resendAt} resending={resending} onAsk={askForAnother} />
          <Button onClick={onOtherNumber}>{words.otherNumber}</Button>
          <KeepOff onKeepOff={onKeepOff} />
        </div>
        <p className="hint under-way" role="status">
          {checking.isUnderway && words.checkingCode}
          {resending.isUnderway && <AskingCode />}
        </p>
      </form>
    </Screen>
  );
}

interface AnotherCodeProps {
  readonly sendableAt: Date | undefined;
  readonly resending: Attempt;
  readonly onAsk: () => void;
}

function AnotherCode({ sendableAt, resending, onAsk }: AnotherCodeProps) {
  const words = useWords();
  const seconds = useSecondsUntil(resending.waitUntil ?? sendableAt);
  return (
    <Button
      aria-disabled={seconds > 0 || resending.isUnderway}
      onClick={() => seconds > 0 || onAsk()}
    >
      {seconds > 0 ? words.codeAgainIn(seconds) : words.codeAgain}
    </Button>
  );
}

/** Enters the code of an SMS that comes while this is shown. */
function useCodeFromSms(enter: (code: string) => void): void {
  const latest = useRef(enter);
  latest.current = enter;
  useEffect(() => {
    const waiting = new AbortController();
    void codeFromSms(waiting.signal).then((code) => code && latest.current(code));
    return () => waiting.abort();
  }, []);
}
