// The question: what is sent and what never is, who sees what and for how long, and two answers of the same weight.
// Asked again, with what is different now, when the policy has changed.
import type { ProfileStatus } from "@assent/client";
import { policy, policyFingerprint } from "@assent/protocol";
import {
  Ban,
  ChevronDown,
  Clock,
  Eye,
  type LucideIcon,
  ScrollText,
  Send,
  Users,
} from "lucide-react";
import { endedWords } from "../conversations/standing.ts";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { places } from "../places.ts";
import { policyChangesSince } from "./policy-changes.ts";

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
  const ended = endedWords(words, status.ending?.reason);
  return (
    <Screen title={isAgain ? words.turnOnAgainTitle : words.turnOnTitle} backTo={places.list}>
      <div className="stack question">
        {status.phase === "ended" && (
          <div className="problem">
            <p>{ended.title}</p>
            <p>{ended.hint}</p>
            <p>{words.turnOnKeysStay}</p>
          </div>
        )}
        <p>{isAgain ? words.turnOnAgainChoice : words.turnOnChoice}</p>
        {isAgain && <WhatChanged agreedTo={status.consent?.policyVersion ?? 0} />}
        <Terms />
        <PolicyWordForWord />
        {!isAgain && <p className="hint">{words.operatorAfterYes}</p>}
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

function WhatChanged({ agreedTo }: { readonly agreedTo: number }) {
  const words = useWords();
  return (
    <section className="what-changed">
      <h2>{words.whatChanged}</h2>
      <ul className="clauses">
        {policyChangesSince(agreedTo, words).map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </section>
  );
}

function Terms() {
  const words = useWords();
  return (
    <div className="terms">
      <Term Sign={Send} about={words.willSend} short={words.willSendShort}>
        {words.willSendWhat}
      </Term>
      <Term Sign={Ban} about={words.willNeverSend} short={words.willNeverSendShort}>
        {words.willNeverSendWhat}
      </Term>
      <Term Sign={Eye} about={words.serverSees} short={words.serverSeesShort}>
        {words.serverSeesWhat}
      </Term>
      <Term Sign={Clock} about={words.howLong} short={words.howLongShort}>
        {words.howLongWhat}
      </Term>
      <div className="term">
        <TermHead Sign={Users} about={words.othersCanLearn} short={words.othersCanLearnShort} />
      </div>
    </div>
  );
}

interface TermHeadProps {
  readonly Sign: LucideIcon;
  readonly about: string;
  /** Of twelve words at most. */
  readonly short: string;
}

function TermHead({ Sign, about, short }: TermHeadProps) {
  return (
    <>
      <Sign aria-hidden="true" size={20} />
      <span className="term-said">
        <strong>{about}</strong>
        <span className="hint">{short}</span>
      </span>
    </>
  );
}

// Between the clauses of a sentence, as each of the languages writes it.
const clauseEnd = /\u00a0?[;；؛]\s*/u;

/** In one line, and unfolded in full: a clause each. */
function Term({ children: full, ...head }: TermHeadProps & { readonly children: string }) {
  return (
    <details className="term">
      <summary>
        <TermHead {...head} />
        <ChevronDown aria-hidden="true" size={20} className="term-fold" />
      </summary>
      <ul className="clauses">
        {full.split(clauseEnd).map((clause) => (
          <li key={clause}>{clause}</li>
        ))}
      </ul>
    </details>
  );
}

/** What the yes is given to: its hash is signed, so it is shown as it is, and in the language it was written in. */
function PolicyWordForWord() {
  const words = useWords();
  return (
    <details className="term policy">
      <summary>
        <ScrollText aria-hidden="true" size={20} />
        <span className="term-said">{words.policyText}</span>
        <ChevronDown aria-hidden="true" size={20} className="term-fold" />
      </summary>
      <p className="hint">{words.policyNamed(policy.version, policyFingerprint(policy))}</p>
      <p className="policy-text" lang="en" dir="ltr">
        {policy.text}
      </p>
    </details>
  );
}
