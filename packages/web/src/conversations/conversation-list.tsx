// The conversations, newest first. One Tab stop: arrows move within it; only what is in sight is in the page.
import type { ConversationSummary } from "@assent/client";
import { BadgeCheck, BellOff, CircleAlert, LockOpen, Pin } from "lucide-react";
import { type KeyboardEvent, lazy, Suspense, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { Link, useLocation } from "wouter";
import { Avatar } from "../elements/avatar.tsx";
import { useLongPress } from "../elements/long-press.ts";
import { Tick } from "../elements/tick.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { wordsInstead } from "../language/words-instead.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { FaultBoundary } from "../trouble/fault-boundary.tsx";
import { useRowStop } from "./row-stop.ts";
import { useShownName } from "./shown-name.ts";
import "../elements/tag.css";

// Only who asks what can be done with one needs it.
const ConversationSheet = lazy(async () => ({
  default: (await import("./conversation-sheet.tsx")).ConversationSheet,
}));

interface ConversationListProps {
  /** Those that were put away, instead of those that were not. */
  readonly isArchive: boolean;
}

export function ConversationList({ isArchive }: ConversationListProps) {
  const words = useWords();
  const all = usePhone((state) => state.conversations);
  const conversations = useMemo(
    () => all.filter(({ archived }) => archived === isArchive),
    [all, isArchive],
  );
  const [asked, setAsked] = useState<ConversationSummary>();
  const list = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const ids = useMemo(() => conversations.map(({ id }) => id), [conversations]);
  const [place] = useLocation();
  const stop = useRowStop(list, ids, place);

  const move = (event: KeyboardEvent) => {
    const target = targetOf(event.key, stop.at, conversations.length - 1);
    if (target === undefined) return;
    event.preventDefault();
    stop.moveTo(target);
    virtual.current?.scrollToIndex(target, { align: "nearest" });
  };

  return (
    <>
      <nav
        className="conversation-list"
        ref={list}
        aria-label={words.conversations}
        onKeyDown={move}
      >
        <Virtualizer
          ref={virtual}
          scrollRef={list}
          as="ul"
          item="li"
          keepMounted={conversations.length > 0 ? [stop.at] : []}
        >
          {conversations.map((conversation, index) => (
            <Row
              key={conversation.id}
              conversation={conversation}
              index={index}
              isStop={index === stop.at}
              onMore={() => setAsked(conversation)}
            />
          ))}
        </Virtualizer>
      </nav>
      <FaultBoundary place={asked?.id ?? ""}>
        <Suspense>
          {asked && <ConversationSheet conversation={asked} onClose={() => setAsked(undefined)} />}
        </Suspense>
      </FaultBoundary>
    </>
  );
}

interface RowProps {
  readonly conversation: ConversationSummary;
  readonly index: number;
  readonly isStop: boolean;
  /** Asks what can be done with it. */
  readonly onMore: () => void;
}

function Row({ conversation, index, isStop, onMore }: RowProps) {
  const { words, short } = useLanguage();
  const { number, newest, unread, route, compared, muted, pinned, markedUnread, request } =
    conversation;
  const press = useLongPress(onMore);
  const name = useShownName(number);
  const [place] = useLocation();
  const here = places.thread(conversation.id);
  const isSms = newest ? newest.route === "sms" : route === "sms";
  const isNews = unread > 0 || markedUnread;
  const looks = ["conversation", isNews && "is-unread", muted && "is-muted"];
  return (
    <Link
      href={here}
      className={looks.filter(Boolean).join(" ")}
      aria-current={place.startsWith(here) ? "page" : undefined}
      data-row={index}
      tabIndex={isStop ? 0 : -1}
      draggable={false}
      {...press}
    >
      <Avatar name={name} number={number} />
      <span className="conversation-who-with">
        <span className="conversation-name" dir="auto">
          {name}
        </span>
        {compared && (
          <BadgeCheck role="img" aria-label={words.verified} className="verified-sign" size={18} />
        )}
        {pinned && <Pin role="img" aria-label={words.pinned} size={16} />}
        {muted && <BellOff role="img" aria-label={words.muted} size={16} />}
      </span>
      <span className="conversation-time">{newest && short(newest.sentAt, new Date())}</span>
      <Preview conversation={conversation} />
      <span className="conversation-note">
        {request && <span className="tag request">{words.requestTag}</span>}
        {isSms && (
          <span className="tag sms">
            <LockOpen aria-hidden="true" size={12} />
            {words.sms}
          </span>
        )}
        {isNews && (
          <span className="unread-count">
            <span aria-hidden="true">{unread > 0 ? unread : ""}</span>
            <span className="visually-hidden">{words.unread(Math.max(unread, 1))}</span>
          </span>
        )}
      </span>
    </Link>
  );
}

// Longer than any line is wide.
const previewLength = 120;

interface PreviewProps {
  readonly conversation: ConversationSummary;
}

/**
 * What failed before what was written, and who wrote apart from what: each begins on its own side, and neither cuts the
 * other's beginning off.
 */
function Preview({ conversation: { draft, newest } }: PreviewProps) {
  const words = useWords();
  const instead = newest && wordsInstead(newest, words);
  const isOwn = newest?.outgoing === true;
  const hasFailed = newest?.state === "not-delivered";
  return (
    <span className="conversation-preview">
      {draft ? (
        <span className="conversation-who is-draft">{words.previewDraft} </span>
      ) : hasFailed ? (
        <span className="conversation-failed">
          <CircleAlert aria-hidden="true" size={16} />
          {words.stateNotDelivered}
          {words.colonAfter}
        </span>
      ) : (
        isOwn && (
          <>
            <Tick text={newest} />
            <span className="conversation-who">{words.previewYou} </span>
          </>
        )
      )}
      <span className="conversation-words" dir="auto">
        {(draft || instead || newest?.text)?.slice(0, previewLength)}
      </span>
    </span>
  );
}

function targetOf(key: string, now: number, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(now + 1, last);
    case "ArrowUp":
      return Math.max(now - 1, 0);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
