// The question: what is sent and what never is, who sees what and for how long, and two answers of the same weight.
// Asked again, in the same words, when the policy has changed.
import type { ProfileStatus } from "@assent/client";
import { policy, policyFingerprint } from "@assent/protocol";
import { Ban, Clock, Eye, Send, Users } from "lucide-react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { places } from "../places.ts";

interface QuestionStepProps {
  readonly status: ProfileStatus;
  readonly onNumberWanted: () => void;
  readonly onRenewed: () => Promise<void>;
  readonly onKeptOff: () => void;
}

export function QuestionStep(props: QuestionStepProps) {
  const { status, onNumberWanted, onRenewed, onKeptOff } = props;
  const words = useWords();
  const renewing = useAttempt();
  const isAgain = status.policyChanged;
  return (
    <Screen title={isAgain ? words.turnOnAgainTitle : words.turnOnTitle} backTo={places.list}>
      <div className="stack question">
        {status.phase === "ended" && (
          <div className="problem">
            <p>{words.bannerEnded}</p>
            <p>{words.bannerEndedHint}</p>
          </div>
        )}
        <p>{isAgain ? words.turnOnAgainChoice : words.turnOnChoice}</p>
        <Terms />
        <PolicyWordForWord />
        <Problem attempt={renewing} />
        <Answers
          yes={isAgain ? words.turnOnAgainYes : words.turnOnYes}
          no={isAgain ? words.turnOnAgainNo : words.turnOnNo}
          onYes={() => (isAgain ? renewing.run(onRenewed) : onNumberWanted())}
          onNo={onKeptOff}
          isUnderway={renewing.isUnderway}
        />
      </div>
    </Screen>
  );
}

function Terms() {
  const words = useWords();
  const terms = [
    { Sign: Send, about: words.willSend, what: words.willSendWhat },
    { Sign: Ban, about: words.willNeverSend, what: words.willNeverSendWhat },
    { Sign: Eye, about: words.serverSees, what: words.serverSeesWhat },
    { Sign: Clock, about: words.howLong, what: words.howLongWhat },
    { Sign: Users, about: words.anyoneCanLearn, what: words.anyoneCanLearnWhat },
  ];
  return (
    <ul className="terms">
      {terms.map(({ Sign, about, what }) => (
        <li key={about}>
          <Sign aria-hidden="true" size={20} />
          <p>
            <strong>{about}</strong> {what}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** What the yes is given to: its hash is signed, so it is shown as it is, and in the language it was written in. */
function PolicyWordForWord() {
  const words = useWords();
  return (
    <details className="policy">
      <summary>{words.policyText}</summary>
      <p className="hint">{words.policyNamed(policy.version, policyFingerprint(policy))}</p>
      <p className="policy-text" lang="en" dir="ltr">
        {policy.text}
      </p>
    </details>
  );
}
