// Turning on: the question, the number, the code, done. Begins where the phone stands, so that what was left in
// between goes on there.
import type { ProfileStatus, TurnedOn } from "@assent/client";
import { askToPersist } from "@assent/client/persistence";
import type { PhoneNumber } from "@assent/protocol";
import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { CodeStep } from "./code-step.tsx";
import { DoneStep } from "./done-step.tsx";
import { NumberStep } from "./number-step.tsx";
import { QuestionStep } from "./question-step.tsx";
import "./turn-on.css";

type Step = "question" | "number" | "code" | "done";

export default function TurnOn({ invitation }: { readonly invitation?: string }) {
  const status = usePhone((state) => state.status);
  if (!status) return null;
  if (status.phase === "leaving") return <Redirect to={places.turnOff} />;
  return <TurningOn status={status} invitation={invitation} />;
}

interface TurningOnProps {
  readonly status: ProfileStatus;
  readonly invitation: string | undefined;
}

function TurningOn({ status, invitation }: TurningOnProps) {
  const [, go] = useLocation();
  const [step, setStep] = useState(() => firstStep(status));
  const ask = async (number: PhoneNumber, invited?: string) =>
    setStep(await stepAfterAsking(number, invited));
  const askAgain = async () => {
    if (status.number) await ask(status.number);
  };
  const keepOff = async () => {
    // Before the number is proved there is hardly ever an account; where there may be, deleting it can take a while.
    const left = status.phase === "verifying" ? await phone.turnOff() : undefined;
    go(left?.kind === "waiting" ? places.turnOff : places.list);
  };
  switch (step) {
    case "question":
      return (
        <QuestionStep
          status={status}
          onNumberWanted={() => setStep("number")}
          onRenewed={askAgain}
          onKeptOff={() => go(status.policyChanged ? places.turnOff : places.list)}
        />
      );
    case "number":
      return (
        <NumberStep
          known={status.number}
          invitation={invitation}
          onNumber={ask}
          onKeepOff={keepOff}
        />
      );
    case "code":
      return (
        <CodeStep
          number={status.number}
          code={status.code}
          onVerified={() => setStep("done")}
          onAnotherCode={askAgain}
          onOtherNumber={() => setStep("number")}
          onKeepOff={keepOff}
        />
      );
    case "done":
      return <DoneStep onDone={() => go(places.list)} />;
  }
}

function firstStep({ phase, policyChanged, code }: ProfileStatus): Step {
  if (policyChanged) return "question";
  if (phase === "on") return "done";
  if (phase === "verifying") return code ? "code" : "number";
  return "question";
}

/** The yes takes effect: from here on something may leave. */
async function stepAfterAsking(number: PhoneNumber, invitation?: string): Promise<Step> {
  if (isCodeOnItsWay(number)) return "code";
  // Keys are made next. What the browser answers changes nothing about turning on, so nothing waits for it.
  void askToPersist().catch(() => false);
  const turnedOn: TurnedOn = await phone.turnOn(number, invitation);
  return turnedOn.kind === "consent-renewed" ? "done" : "code";
}

/** The same number again, sooner than another code is sent to it: the one that was sent still counts. */
function isCodeOnItsWay(number: string): boolean {
  const { status } = usePhone.getState();
  if (!status?.code || status.policyChanged || status.number !== number) return false;
  return new Date() < status.code.resendAt;
}
