// What can be done with one text: copy it, forward it, see what is known of it, have it go by SMS instead, delete it here.
import type { ThreadText } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { Copy, Forward, Info, MessageSquare, Trash2 } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useShownName } from "../conversations/shown-name.ts";
import { Answers } from "../elements/answers.tsx";
import { Avatar } from "../elements/avatar.tsx";
import { LongRuns } from "../elements/long-runs.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { SheetAction } from "../elements/sheet-action.tsx";
import { useStateWord } from "../elements/state-word.ts";
import { TabbedRows } from "../elements/tabbed-rows.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { wordsInstead } from "../language/words-instead.ts";
import { useAttempt } from "../phone/attempt.ts";
import { beginConversation } from "../phone/begin-conversation.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { SmsInsteadQuestion } from "./sms-instead.tsx";

interface TextSheetProps {
  readonly text: ThreadText;
  readonly onClose: () => void;
}

type Step = "choose" | "forward" | "details" | "sms" | "delete";

const mayGoBySms: ReadonlySet<ThreadText["state"]> = new Set(["queued", "sent", "taking-back"]);

export function TextSheet({ text, onClose }: TextSheetProps) {
  const words = useWords();
  const [step, setStep] = useState<Step>("choose");
  const title = {
    choose: words.thisText,
    forward: words.forwardTo,
    details: words.details,
    sms: words.smsInsteadTitle,
    delete: words.deleteTextTitle,
  }[step];
  return (
    // Each step is a question of its own, and takes the focus.
    <Sheet key={step} open onClose={onClose} title={title}>
      {step === "choose" && <Choices text={text} onStep={setStep} onClose={onClose} />}
      {step === "forward" && <Recipients text={text} onClose={onClose} />}
      {step === "details" && <Details text={text} />}
      {step === "sms" && <SmsInsteadQuestion text={text} onClose={onClose} />}
      {step === "delete" && <Deletion text={text} onClose={onClose} />}
    </Sheet>
  );
}

interface ChoicesProps extends TextSheetProps {
  readonly onStep: (step: Step) => void;
}

function Choices({ text, onStep, onClose }: ChoicesProps) {
  const words = useWords();
  const hasWords = wordsInstead(text, words) === undefined;
  const copying = useAttempt();
  const copy = async () => {
    await navigator.clipboard.writeText(text.text);
    onClose();
  };
  return (
    <>
      {hasWords && (
        <p className="text-preview" dir="auto">
          <LongRuns text={text.text} />
        </p>
      )}
      <Problem attempt={copying} />
      <div className="sheet-actions">
        {hasWords && (
          <>
            <SheetAction sign={<Copy />} onClick={() => copying.run(copy)}>
              {words.copy}
            </SheetAction>
            <SheetAction sign={<Forward />} onClick={() => onStep("forward")}>
              {words.forward}
            </SheetAction>
          </>
        )}
        {text.outgoing && text.route === "private" && mayGoBySms.has(text.state) && (
          <SheetAction sign={<MessageSquare />} onClick={() => onStep("sms")}>
            {words.useSms}
          </SheetAction>
        )}
        <SheetAction sign={<Info />} onClick={() => onStep("details")}>
          {words.details}
        </SheetAction>
        <SheetAction sign={<Trash2 />} isAlarming onClick={() => onStep("delete")}>
          {words.deleteText}
        </SheetAction>
      </div>
    </>
  );
}

/** Behind what was begun there already: nothing that somebody typed is lost. */
function Recipients({ text, onClose }: TextSheetProps) {
  const words = useWords();
  const [, go] = useLocation();
  const conversations = usePhone((state) => state.conversations);
  const forwarding = useAttempt();
  const forwardTo = async (number: PhoneNumber) => {
    const id = await beginConversation(number, text.text);
    onClose();
    go(places.thread(id));
  };
  return (
    <>
      <p className="hint">{words.forwardHint}</p>
      <Problem attempt={forwarding} />
      <TabbedRows className="sheet-list">
        {conversations
          .filter(({ blocked, request, number }) => !blocked && !request && number !== text.number)
          .map(({ id, number }) => (
            <Recipient
              key={id}
              number={number}
              onChoose={() => forwarding.run(() => forwardTo(number))}
            />
          ))}
      </TabbedRows>
    </>
  );
}

interface RecipientProps {
  readonly number: PhoneNumber;
  readonly onChoose: () => void;
}

function Recipient({ number, onChoose }: RecipientProps) {
  const name = useShownName(number);
  return (
    <button type="button" className="sheet-action" onClick={onChoose}>
      <Avatar name={name} number={number} />
      <span dir="auto">{name}</span>
    </button>
  );
}

function Details({ text }: { readonly text: ThreadText }) {
  const { words, exact } = useLanguage();
  const state = useStateWord(text);
  const way =
    text.route === "private"
      ? `${words.linePrivate}${words.commaBetween}${words.linePrivateHint}`
      : `${words.lineSms}${words.commaBetween}${text.byService ? words.lineSmsRelayHint : words.lineSmsHint}`;
  return (
    <dl className="text-details">
      <div>
        <dt>{words.detailWritten}</dt>
        <dd>{exact(text.sentAt)}</dd>
      </div>
      <div>
        <dt>{words.detailWay}</dt>
        <dd>{way}</dd>
      </div>
      {state !== "" && (
        <div>
          <dt>{words.detailState}</dt>
          <dd>{state}</dd>
        </div>
      )}
    </dl>
  );
}

function Deletion({ text, onClose }: TextSheetProps) {
  const words = useWords();
  const deleting = useAttempt();
  const remove = async () => {
    await phone.removeText(text.number, text.key);
    onClose();
  };
  return (
    <>
      <p>{words.deleteTextHint}</p>
      <Problem attempt={deleting} />
      <Answers
        yes={words.deleteText}
        no={words.cancel}
        onYes={() => deleting.run(remove)}
        onNo={onClose}
        isUnderway={deleting.isUnderway}
      />
    </>
  );
}
