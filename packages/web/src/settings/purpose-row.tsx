// A purpose of its own: turning it on asks first, and both answers look the same; taking the yes back takes effect at once.

import type { Purpose } from "@assent/protocol";
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { SwitchRow } from "./switch-row.tsx";

interface PurposeRowProps {
  readonly purpose: Exclude<Purpose, "service">;
  readonly name: string;
  readonly hint: string;
  readonly question: {
    readonly title: string;
    /** A paragraph each. */
    readonly what: readonly string[];
    readonly yes: string;
    readonly no: string;
  };
}

export function PurposeRow({ purpose, name, hint, question }: PurposeRowProps) {
  const isOn = usePhone(({ status }) => status?.purposes.includes(purpose) ?? false);
  const [isAsking, setAsking] = useState(false);
  const changing = useAttempt();
  const close = () => setAsking(false);
  const change = (granted: boolean) =>
    changing.run(async () => {
      await phone.setPurpose(purpose, granted);
      close();
    });
  return (
    <>
      <SwitchRow
        name={name}
        hint={hint}
        checked={isOn}
        onChange={(wanted) => (wanted ? setAsking(true) : change(false))}
      />
      {!isAsking && <Problem attempt={changing} />}
      <Sheet open={isAsking} onClose={close} title={question.title}>
        {question.what.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <Problem attempt={changing} />
        <Answers
          yes={question.yes}
          no={question.no}
          onYes={() => change(true)}
          onNo={close}
          isUnderway={changing.isUnderway}
        />
      </Sheet>
    </>
  );
}
