// Turning off: what stays, what goes, what it means; then the deletion, and its receipt. What cannot reach the
// service is finished by the phone's line, and shown here.
import type { ProfileStatus } from "@assent/client";
import { CloudOff, MessageSquare, Smartphone, Trash2 } from "lucide-react";
import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { Answers } from "../elements/answers.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import "./turn-off.css";

export default function TurnOff() {
  const status = usePhone((state) => state.status);
  return status ? <TurningOff status={status} /> : null;
}

function TurningOff({ status: { phase } }: { readonly status: ProfileStatus }) {
  const words = useWords();
  const [, go] = useLocation();
  const [firstPhase] = useState(phase);
  const deleting = useAttempt();
  const turnOff = async () => {
    const left = await phone.turnOff();
    if (left.kind !== "waiting") go(left.kind === "gone" ? places.receipt : places.list);
  };
  if (deleting.isUnderway) {
    return (
      <Screen key="deleting" title={words.turningOff}>
        <Deleting />
      </Screen>
    );
  }
  if (phase === "leaving") {
    return (
      <Screen key="waiting" title={words.settingsPrivate} backTo={places.list}>
        <Waiting />
        <Problem attempt={deleting} />
      </Screen>
    );
  }
  if (phase === "off" || phase === "ended") {
    // What waited has been done meanwhile; or there is nothing to turn off.
    return <Redirect to={firstPhase === phase ? places.list : places.receipt} />;
  }
  return (
    <Screen key="question" title={words.turnOffTitle} backTo={places.list}>
      <div className="stack">
        <dl className="turn-off-terms">
          <div>
            <Smartphone aria-hidden="true" size={20} />
            <dt>{words.turnOffStays}</dt>
            <dd>{words.turnOffStaysWhat}</dd>
          </div>
          <div>
            <Trash2 aria-hidden="true" size={20} />
            <dt>{words.turnOffGoes}</dt>
            <dd>{words.turnOffGoesWhat}</dd>
          </div>
          <div>
            <MessageSquare aria-hidden="true" size={20} />
            <dt>{words.turnOffMeans}</dt>
            <dd>{words.turnOffMeansWhat}</dd>
          </div>
        </dl>
        <Problem attempt={deleting} />
        <Answers
          yes={words.turnOffYes}
          no={words.turnOffNo}
          onYes={() => deleting.run(turnOff)}
          onNo={() => go(places.list)}
        />
      </div>
    </Screen>
  );
}

/** The service deletes all of it or nothing, in one step: the receipt then says how much it was of each. */
function Deleting() {
  const words = useWords();
  return (
    <div className="stack turn-off-state">
      <progress aria-label={words.turningOff} />
      <p>{words.turnOffGoesWhat}</p>
    </div>
  );
}

function Waiting() {
  const words = useWords();
  const trouble = usePhone((state) => state.trouble);
  return (
    <div className="stack turn-off-state">
      <CloudOff aria-hidden="true" size={48} />
      <p role="status">{words.turnOffWaiting}</p>
      {trouble && trouble !== "unreachable" && <p className="problem">{words.errors[trouble]}</p>}
      <Button onClick={() => void phone.reconnect()}>{words.tryAgain}</Button>
    </div>
  );
}
