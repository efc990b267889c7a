// One text: its words, when, by which way, and what became of it. The words are text, and what in them can be tapped: no
// markup, no previews.
import { offersSms, type ThreadText } from "@assent/client";
import { CircleAlert, Ellipsis } from "lucide-react";
import { memo, useState } from "react";
import { Button } from "../elements/button.tsx";
import { useLongPress } from "../elements/long-press.ts";
import { useStateWord } from "../elements/state-word.ts";
import { Tick } from "../elements/tick.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { wordsInstead } from "../language/words-instead.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { HandedOver } from "./handed-over.tsx";
import { SmsInstead } from "./sms-instead.tsx";
import { isBigEmoji } from "./text-parts.ts";
import { TextWords } from "./text-words.tsx";
import { isDrawnAlike, type ThreadRow } from "./thread-rows.ts";
import "./bubble.css";

// Enough of a text to know it by.
const longestNamed = 40;

interface BubbleProps {
  readonly row: Extract<ThreadRow, { readonly kind: "text" }>;
  readonly name: string;
  /** Nothing of the thread ever came from them. */
  readonly isUnanswered: boolean;
  /** Asks what can be done with it. */
  readonly onMore: (text: ThreadText) => void;
}

/** Texts that pour in do not draw those before them again: typing would wait for that. */
export const Bubble = memo(
  DrawnBubble,
  (before, now) =>
    isDrawnAlike(before.row, now.row) &&
    before.name === now.name &&
    before.isUnanswered === now.isUnanswered &&
    before.onMore === now.onMore,
);

function DrawnBubble({ row, name, isUnanswered, onMore }: BubbleProps) {
  const { text, isFirstOfGroup, isLastOfGroup, isNewest, isNewestOwn } = row;
  const { words, direction } = useLanguage();
  const press = useLongPress(() => onMore(text));
  const hasFailed = text.state === "not-delivered";
  const instead = wordsInstead(text, words);
  // Whoever hears the buttons of a thread one after the other knows which text each is of.
  const named = (instead ?? text.text).slice(0, longestNamed);
  const isBig = isBigEmoji(text.text);
  const looks = [
    "text",
    text.outgoing ? "out" : "in",
    text.route,
    isFirstOfGroup && "first",
    isLastOfGroup && "last",
    hasFailed && "failed",
    isBig && "big",
  ];
  return (
    <div className={looks.filter(Boolean).join(" ")}>
      <div className="bubble-line">
        <div className="bubble" dir="auto" {...press}>
          <span className="visually-hidden" dir={direction}>
            {text.outgoing ? words.fromYou : name}
            {words.colonAfter}
          </span>
          {instead ? (
            <em>{instead}</em>
          ) : (
            <span className="bubble-words">
              <TextWords text={text.text} />
            </span>
          )}
          {(isLastOfGroup || hasFailed) && <Stamp text={text} hasTick={!isNewestOwn} />}
        </div>
        <button
          type="button"
          className="bubble-more"
          aria-label={words.more + words.colonAfter + named}
          aria-haspopup="dialog"
          onClick={() => onMore(text)}
        >
          <Ellipsis aria-hidden="true" size={18} />
        </button>
      </div>
      {isNewestOwn && !hasFailed && <State text={text} isUnanswered={isUnanswered} />}
      {offersSms(text, new Date()) && <Waiting text={text} />}
      {hasFailed && <NotDelivered text={text} />}
      {text.state === "handoff" && isNewest && <HandedOver text={text} />}
    </div>
  );
}

/** When it was written, and what became of it, where no word below says that. */
function Stamp({ text, hasTick }: { readonly text: ThreadText; readonly hasTick: boolean }) {
  const { words, time, exact, direction } = useLanguage();
  return (
    <span className="bubble-stamp">
      <span className="bubble-stamp-words" dir={direction}>
        <time dateTime={text.sentAt.toISOString()} title={exact(text.sentAt)}>
          {time(text.sentAt)}
        </time>
        {text.route === "sms" && <span>{words.sms}</span>}
        {text.outgoing && hasTick && <Tick text={text} />}
      </span>
    </span>
  );
}

interface StateProps {
  readonly text: ThreadText;
  readonly isUnanswered: boolean;
}

/** In a word, at the last own text. */
function State({ text, isUnanswered }: StateProps) {
  const words = useWords();
  const word = useStateWord(text);
  const isOpenEnded = isUnanswered && text.state === "sent" && text.route === "private";
  const isConnected = usePhone(({ connection }) => connection === "connected");
  const heldUpBy = isConnected && text.state === "queued" ? text.error : undefined;
  return (
    <div className="text-state">
      <p>
        <span aria-hidden="true">
          <Tick text={text} />
        </span>
        <strong>{word}</strong>
      </p>
      {isOpenEnded && <p className="text-state-why">{words.sentUnanswered}</p>}
      {heldUpBy && <p className="text-state-why">{words.errors[heldUpBy]}</p>}
    </div>
  );
}

/** It has waited for long: offered, and sent another way by its owner alone. */
function Waiting({ text }: { readonly text: ThreadText }) {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="ways-on">
      <p className="hint">{words.smsInsteadOffer}</p>
      <div className="ways">
        <Button onClick={() => setAsking(true)}>{words.useSms}</Button>
      </div>
      <SmsInstead open={isAsking} text={text} onClose={() => setAsking(false)} />
    </div>
  );
}

/** Why it did not arrive, and the ways on. Nothing is sent another way by itself. */
function NotDelivered({ text }: { readonly text: ThreadText }) {
  const words = useWords();
  const [isAsking, setAsking] = useState(false);
  const again = useAttempt();
  const problem = again.problem ?? text.error;
  const sendAgain = async () => {
    await phone.sendAgain(text.key);
  };
  return (
    <div className="ways-on">
      <p className="ways-on-word">
        <CircleAlert aria-hidden="true" size={16} />
        {words.stateNotDelivered}
      </p>
      {problem && <p className="hint">{words.errors[problem]}</p>}
      <div className="ways">
        {text.route === "private" && (
          <Button aria-disabled={again.isUnderway} onClick={() => again.run(sendAgain)}>
            {words.tryAgain}
          </Button>
        )}
        <Button onClick={() => setAsking(true)}>{words.useSms}</Button>
      </div>
      <SmsInstead open={isAsking} text={text} onClose={() => setAsking(false)} />
    </div>
  );
}
