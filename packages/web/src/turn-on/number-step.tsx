// Which number to prove. From its code on, the owner's yes is recorded and something leaves.
import type { Country } from "@assent/client";
import type { ErrorCode, PhoneNumber } from "@assent/protocol";
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { numberOfSim } from "../demo-phone/radio.ts";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useOfferedCountry } from "../number/country.ts";
import { wordsOf } from "../number/not-a-number.ts";
import { NumberField } from "../number/number-field.tsx";
import { useAttempt } from "../phone/attempt.ts";
import type { NotANumber, TypedNumber } from "../phone/phone.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { AskingCode } from "./asking-code.tsx";
import { KeepOff } from "./keep-off.tsx";

interface NumberStepProps {
  /** What was tried before. */
  readonly known: PhoneNumber | undefined;
  /** Of the link that led here. */
  readonly invitation: string | undefined;
  readonly onNumber: (number: PhoneNumber, invitation: string) => Promise<void>;
  readonly onKeepOff: () => Promise<void>;
}

const problemsOfInvitations: readonly (ErrorCode | undefined)[] = [
  "invitation_needed",
  "invitation_invalid",
];
const problemsOfNumbers: readonly (ErrorCode | undefined)[] = ["number_invalid", "number_refused"];

export function NumberStep({ known, invitation, onNumber, onKeepOff }: NumberStepProps) {
  const words = useWords();
  const [written, setWritten] = useState(known ?? numberOfSim() ?? "");
  const [country, setCountry] = useOfferedCountry();
  const [invited, setInvited] = useState(invitation ?? "");
  const [isInviteOnly, setInviteOnly] = useState(invitation !== undefined);
  const [instead, setInstead] = useState<NotANumber>();
  const asking = useAttempt();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking.run(async () => {
      const read = await readOwnNumber(written, country);
      if (read.kind === "number") await onNumber(read.number, invited.trim());
      else setInstead(read.kind);
    });
  };
  const problemOfNumber = problemsOfNumbers.includes(asking.problem) ? asking.problem : undefined;
  const problemOfInvitation = problemsOfInvitations.includes(asking.problem)
    ? asking.problem
    : undefined;
  // It stays, once the service asked for it.
  useEffect(() => {
    if (problemOfInvitation) setInviteOnly(true);
  }, [problemOfInvitation]);
  return (
    <Screen title={words.numberTitle} backTo={places.list}>
      <form className="stack" onSubmit={submit}>
        <NumberField
          inputRef={input}
          label={words.numberLabel}
          hint={words.numberHint}
          problem={
            instead ? wordsOf(words, instead) : problemOfNumber && words.errors[problemOfNumber]
          }
          value={written}
          country={country}
          onType={(text) => {
            setWritten(text);
            setInstead(undefined);
          }}
          onCountry={setCountry}
        />
        {isInviteOnly && (
          <Field
            label={words.invitationLabel}
            hint={words.invitationHint}
            problem={problemOfInvitation && words.errors[problemOfInvitation]}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            dir="ltr"
            value={invited}
            onChange={(event) => setInvited(event.target.value)}
          />
        )}
        <p className="hint">{words.numberCarrier}</p>
        {!problemOfNumber && !problemOfInvitation && <Problem attempt={asking} />}
        <div className="answers">
          <Button type="submit" look="strong" aria-disabled={asking.isUnderway}>
            {words.sendCode}
          </Button>
          <KeepOff onKeepOff={onKeepOff} />
        </div>
        <p className="hint under-way" role="status">
          {asking.isUnderway && <AskingCode />}
        </p>
      </form>
    </Screen>
  );
}

/**
 * One's own number also without the zero in front, as many know it: its country's code stands above the field, and the
 * SMS proves it.
 */
async function readOwnNumber(written: string, country: Country | undefined): Promise<TypedNumber> {
  const read = await phone.readNumber(written, country);
  // Nobody's own is a short one: the rest of it is missing.
  if (read.kind === "short-code") return { kind: country ? "not-of-country" : "needs-country" };
  if (read.kind !== "not-of-country") return read;
  const codes = await phone.callingCodes();
  const code = codes.find((one) => one.country === country)?.code ?? "";
  const behindCode = await phone.readNumber(`+${code}${written}`);
  return behindCode.kind === "number" ? behindCode : read;
}
