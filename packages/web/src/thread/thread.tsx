// One conversation: who it is with, its texts, and the box to write in.
import type { ConversationSummary } from "@assent/client";
import { CloudOff, Ellipsis, Lock, LockOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { ConversationSheet } from "../conversations/conversation-sheet.tsx";
import { useShownName } from "../conversations/shown-name.ts";
import { useIsOffline } from "../conversations/standing.ts";
import { Avatar } from "../elements/avatar.tsx";
import { IconButton } from "../elements/button.tsx";
import { BackButton } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { hasServiceEnded } from "../phone/service-ends.ts";
import { places } from "../places.ts";
import { Composer } from "./composer.tsx";
import { Obstacle } from "./obstacle.tsx";
import { RequestCard } from "./request-card.tsx";
import { SaidAloud } from "./said-aloud.tsx";
import { TextLog } from "./text-log.tsx";
import { useThreadWindow } from "./thread-window.ts";
import "./thread.css";

interface ThreadProps {
  readonly id: string;
  /** It opens where this text is, rather than at its end. */
  readonly foundKey?: string;
}

export default function Thread({ id, foundKey }: ThreadProps) {
  const opening = usePhone((state) => state.opening);
  const conversation = usePhone(({ conversations }) => conversations.find((one) => one.id === id));
  if (conversation) return <OpenThread conversation={conversation} foundKey={foundKey} />;
  return opening === "open" ? <Redirect to={places.list} /> : null;
}

interface OpenThreadProps {
  readonly conversation: ConversationSummary;
  readonly foundKey: string | undefined;
}

function OpenThread({ conversation, foundKey }: OpenThreadProps) {
  const words = useWords();
  const { id, number } = conversation;
  const name = useShownName(number);
  const [, go] = useLocation();
  const inMemory = useThreadWindow(number, foundKey);
  const [isAsking, setAsking] = useState(false);
  useMarkingRead(conversation, foundKey === undefined);
  return (
    <section className="screen thread" aria-label={words.messagesWith(name)}>
      <header className="screen-head thread-head">
        <div className="back-to-list">
          <BackButton to={places.list} />
        </div>
        <Link className="thread-who" href={places.person(id)}>
          <Avatar name={name} number={number} />
          <span className="thread-who-words">
            <h1 dir="auto">{name}</h1>
            <Standing conversation={conversation} />
          </span>
          <span className="visually-hidden">{words.details}</span>
        </Link>
        <IconButton label={words.more} aria-haspopup="dialog" onClick={() => setAsking(true)}>
          <Ellipsis aria-hidden="true" />
        </IconButton>
      </header>
      <SaidAloud texts={inMemory.texts} name={name} />
      <TextLog
        conversation={conversation}
        name={name}
        inMemory={inMemory}
        foundKey={foundKey}
        onEnd={() => foundKey && go(places.thread(id), { replace: true })}
      />
      <div className="thread-foot">
        <LineLost />
        <Obstacle conversation={conversation} />
        {!conversation.blocked && <Answering conversation={conversation} />}
      </div>
      {isAsking && (
        <ConversationSheet conversation={conversation} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}

/** Whoever is blocked is not written to: what they answered would be dropped. */
function Answering({ conversation }: { readonly conversation: ConversationSummary }) {
  if (conversation.request) return <RequestCard conversation={conversation} />;
  return <Composer key={conversation.number} conversation={conversation} />;
}

/** What the conversation is at this moment, under its name: private and SMS by a lock, an open lock and the word. */
function Standing({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.phase === "on" && !hasServiceEnded(status));
  if (conversation.blocked) return <span className="hint">{words.blockedTitle}</span>;
  const route = isOn ? conversation.route : "sms";
  const Sign = { private: Lock, sms: LockOpen, unchecked: undefined }[route];
  const said = {
    private: conversation.compared ? words.privateVerified : words.linePrivate,
    sms: words.textMessage,
    unchecked: words.routeUnchecked,
  }[route];
  return (
    <span className="hint">
      {Sign && <Sign aria-hidden="true" size={12} />}
      {said}
    </span>
  );
}

/** At once where the line is lost while somebody reads or writes here. */
function LineLost() {
  const words = useWords();
  const isOffline = useIsOffline();
  const connection = usePhone((state) => state.connection);
  const wasConnected = useRef(false);
  if (connection !== "waiting") wasConnected.current = connection === "connected";
  const isLost = isOffline || (connection === "waiting" && wasConnected.current);
  return (
    <p className="line-lost" role="status">
      {isLost && (
        <>
          <CloudOff aria-hidden="true" size={18} />
          <span>
            <strong>{words.bannerOffline}.</strong> {words.bannerOfflineHint}
          </span>
        </>
      )}
    </p>
  );
}

/** What is in sight while the page is, counts as read. @param isAtEnd the thread was opened there, or read on to there. */
function useMarkingRead({ number, unread, newest }: ConversationSummary, isAtEnd: boolean): void {
  const newestKey = newest?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text is read anew
  useEffect(() => {
    if (unread === 0 || !isAtEnd) return;
    const markRead = () => {
      if (document.visibilityState === "visible") void phone.markRead(number);
    };
    markRead();
    document.addEventListener("visibilitychange", markRead);
    return () => document.removeEventListener("visibilitychange", markRead);
  }, [number, unread, newestKey, isAtEnd]);
}
