// The conversations, newest first. One Tab stop: arrows move within it; only what is in sight is in the page.
import type { ConversationSummary } from "@assent/client";
import { type KeyboardEvent, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { Link, useLocation } from "wouter";
import { Avatar } from "../elements/avatar.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useShownName } from "./shown-name.ts";

export function ConversationList() {
  const words = useWords();
  const conversations = usePhone((state) => state.conversations);
  const list = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const [chosen, setChosen] = useState(0);
  const stop = Math.max(Math.min(chosen, conversations.length - 1), 0);

  const move = (event: KeyboardEvent) => {
    const target = targetOf(event.key, stop, conversations.length - 1);
    if (target === undefined) return;
    event.preventDefault();
    setChosen(target);
    virtual.current?.scrollToIndex(target, { align: "nearest" });
    // The row is in the page once the list has scrolled to it.
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-row="${target}"]`)?.focus(),
    );
  };

  return (
    <nav className="conversation-list" ref={list} aria-label={words.conversations} onKeyDown={move}>
      <Virtualizer
        ref={virtual}
        scrollRef={list}
        as="ul"
        item="li"
        keepMounted={conversations.length > 0 ? [stop] : []}
      >
        {conversations.map((conversation, index) => (
          <Row
            key={conversation.id}
            conversation={conversation}
            index={index}
            isStop={index === stop}
          />
        ))}
      </Virtualizer>
    </nav>
  );
}

interface RowProps {
  readonly conversation: ConversationSummary;
  readonly index: number;
  readonly isStop: boolean;
}

function Row({ conversation, index, isStop }: RowProps) {
  const { words, short } = useLanguage();
  const name = useShownName(conversation.number);
  const [place] = useLocation();
  const here = places.thread(conversation.id);
  const { newest, unread, route } = conversation;
  const isSms = newest ? newest.route === "sms" : route === "sms";
  return (
    <Link
      href={here}
      className={unread > 0 ? "conversation is-unread" : "conversation"}
      aria-current={place.startsWith(here) ? "page" : undefined}
      data-row={index}
      tabIndex={isStop ? 0 : -1}
    >
      <Avatar name={name} />
      <span className="conversation-name" dir="auto">
        {name}
      </span>
      <span className="conversation-time">{newest && short(newest.sentAt, new Date())}</span>
      <Preview conversation={conversation} />
      <span className="conversation-note">
        {newest?.state === "not-delivered" ? (
          <span className="conversation-failed">{words.stateNotDelivered}</span>
        ) : (
          isSms && words.sms
        )}
        {unread > 0 && (
          <span className="unread-count">
            <span aria-hidden="true">{unread}</span>
            <span className="visually-hidden">{words.unread(unread)}</span>
          </span>
        )}
      </span>
    </Link>
  );
}

// Longer than any line is wide.
const previewLength = 120;

/** Who wrote stands apart from what: each begins on its own side, and neither cuts the other's beginning off. */
function Preview({
  conversation: { draft, newest },
}: {
  readonly conversation: ConversationSummary;
}) {
  const words = useWords();
  const isOwn = newest?.outgoing === true && !newest.notUnderstood;
  const who = draft ? words.previewDraft : isOwn ? words.previewYou : undefined;
  const text = newest?.notUnderstood ? words.notUnderstood : (newest?.text ?? "");
  return (
    <span className="conversation-preview">
      {who && <span className="conversation-who">{who} </span>}
      <span className="conversation-words" dir="auto">
        {(draft || text).slice(0, previewLength)}
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
