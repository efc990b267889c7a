// Whether somebody stands between: the digits that both people have, to compare by eye, by ear, or by a camera.
import type { ConversationSummary } from "@assent/client";
import { ShieldCheck } from "lucide-react";
import { Redirect } from "wouter";
import { useShownName } from "../conversations/shown-name.ts";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { QrCode } from "../elements/qr-code.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { CameraComparison } from "./camera-comparison.tsx";
import { useConversation, usePerson } from "./known-person.ts";
import "./verify.css";

export default function Verify({ id }: { readonly id: string }) {
  const opening = usePhone((state) => state.opening);
  const conversation = useConversation(id);
  if (conversation) return <Comparing conversation={conversation} />;
  return opening === "open" ? <Redirect to={places.list} /> : null;
}

function Comparing({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const { id, number, keyChanged } = conversation;
  const name = useShownName(number);
  const person = usePerson(conversation);
  const attempt = useAttempt();
  return (
    <Screen title={words.verifyTitle(name)} backTo={places.person(id)}>
      <div className="stack verify">
        {keyChanged && (
          <div className="problem stack" role="alert">
            <div>
              <h2>{words.keyChangedTitle}</h2>
              <p>{words.keyChangedHint}</p>
            </div>
            <Button onClick={() => attempt.run(() => phone.acceptNewKey(number))}>
              {words.acceptKey}
            </Button>
          </div>
        )}
        <Problem attempt={attempt} />
        {person && !person.safetyNumber && <p>{words.verifyNotYet}</p>}
        {/* Those of the key before it: who has the number now is not compared by them. */}
        {person?.safetyNumber && !keyChanged && (
          <>
            <p>{words.verifyHow}</p>
            <SafetyNumber groups={person.safetyNumber} />
            {!person.compared && (
              <CameraComparison
                digits={person.safetyNumber.join("")}
                onSame={() => attempt.run(() => phone.setCompared(number, true))}
              />
            )}
            <Answer
              compared={person.compared}
              onAnswer={(compared) => attempt.run(() => phone.setCompared(number, compared))}
            />
          </>
        )}
      </div>
    </Screen>
  );
}

function SafetyNumber({ groups }: { readonly groups: readonly string[] }) {
  const words = useWords();
  return (
    <div className="safety-number">
      <ol className="safety-digits" dir="ltr" lang="en">
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place, and may be there twice
          <li key={index}>{group}</li>
        ))}
      </ol>
      <QrCode text={groups.join("")} label={words.verifyQr} />
    </div>
  );
}

interface AnswerProps {
  readonly compared: boolean;
  readonly onAnswer: (compared: boolean) => void;
}

function Answer({ compared, onAnswer }: AnswerProps) {
  const words = useWords();
  return (
    <div className="verify-answer">
      <p className="verify-verified" role="status">
        {compared && (
          <>
            <ShieldCheck aria-hidden="true" size={20} />
            {words.verified}
          </>
        )}
      </p>
      {compared ? (
        <Button onClick={() => onAnswer(false)}>{words.verifyUndo}</Button>
      ) : (
        <Button look="strong" onClick={() => onAnswer(true)}>
          {words.verifySame}
        </Button>
      )}
    </div>
  );
}
