// What can be done with one conversation, from the list and from its thread. What forgets something asks first.
import type { ConversationSummary } from "@assent/client";
import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  Eraser,
  MailOpen,
  Pin,
  PinOff,
  Search,
  Trash2,
  UserRound,
} from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { SheetAction } from "../elements/sheet-action.tsx";
import { useWords } from "../language/language.ts";
import { type Attempt, useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useShownName } from "./shown-name.ts";

interface ConversationSheetProps {
  readonly conversation: ConversationSummary;
  readonly onClose: () => void;
}

type Step = "choose" | "clear" | "delete";

export function ConversationSheet({ conversation, onClose }: ConversationSheetProps) {
  const words = useWords();
  const [step, setStep] = useState<Step>("choose");
  const attempt = useAttempt();
  const name = useShownName(conversation.number);
  const title = { choose: name, clear: words.clearTexts, delete: words.deleteConversation }[step];
  return (
    // Each step is a question of its own, and takes the focus.
    <Sheet key={step} open onClose={onClose} title={title}>
      {step === "choose" && (
        <Choices conversation={conversation} attempt={attempt} onStep={setStep} onClose={onClose} />
      )}
      {step !== "choose" && (
        <Forgetting
          conversation={conversation}
          what={step}
          title={title}
          attempt={attempt}
          onClose={onClose}
        />
      )}
      <Problem attempt={attempt} />
    </Sheet>
  );
}

interface ChoicesProps extends ConversationSheetProps {
  readonly attempt: Attempt;
  readonly onStep: (step: Step) => void;
}

function Choices({ conversation, attempt, onStep, onClose }: ChoicesProps) {
  const words = useWords();
  const [, go] = useLocation();
  const { id, number, muted, pinned, archived } = conversation;
  const doing = (step: Promise<void>, leadsTo?: string) =>
    attempt.run(async () => {
      await step;
      onClose();
      if (leadsTo) go(leadsTo);
    });
  return (
    <div className="sheet-actions">
      <SheetAction
        sign={<UserRound />}
        onClick={() => {
          onClose();
          go(places.person(id));
        }}
      >
        {words.details}
      </SheetAction>
      <SheetAction
        sign={<Search />}
        onClick={() => {
          onClose();
          go(places.searchIn(id));
        }}
      >
        {words.search}
      </SheetAction>
      <SheetAction
        sign={pinned ? <PinOff /> : <Pin />}
        onClick={() => doing(phone.setPinned(number, !pinned))}
      >
        {pinned ? words.unpin : words.pin}
      </SheetAction>
      <SheetAction
        sign={muted ? <Bell /> : <BellOff />}
        onClick={() => doing(phone.setMuted(number, !muted))}
      >
        {muted ? words.unmute : words.mute}
      </SheetAction>
      <SheetAction
        sign={<MailOpen />}
        // What is open counts as read.
        onClick={() => doing(phone.markUnread(number), places.list)}
      >
        {words.markUnread}
      </SheetAction>
      <SheetAction
        sign={archived ? <ArchiveRestore /> : <Archive />}
        onClick={() => doing(phone.setArchived(number, !archived), places.list)}
      >
        {archived ? words.unarchive : words.archive}
      </SheetAction>
      <SheetAction sign={<Eraser />} isAlarming onClick={() => onStep("clear")}>
        {words.clearTexts}
      </SheetAction>
      <SheetAction sign={<Trash2 />} isAlarming onClick={() => onStep("delete")}>
        {words.deleteConversation}
      </SheetAction>
    </div>
  );
}

interface ForgettingProps extends ConversationSheetProps {
  readonly what: "clear" | "delete";
  readonly title: string;
  readonly attempt: Attempt;
}

function Forgetting({ conversation, what, title, attempt, onClose }: ForgettingProps) {
  const words = useWords();
  const [, go] = useLocation();
  const { number } = conversation;
  const forget = async () => {
    if (what === "clear") await phone.clearConversation(number);
    else await phone.deleteConversation(number);
    onClose();
    if (what === "delete") go(places.list);
  };
  return (
    <>
      <p>{words.deleteHereHint}</p>
      <Answers
        yes={title}
        no={words.cancel}
        onYes={() => attempt.run(forget)}
        onNo={onClose}
        isUnderway={attempt.isUnderway}
      />
    </>
  );
}
