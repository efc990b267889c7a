// One conversation: who it is with, its texts, and the box to write in.
import type { ConversationSummary } from "@assent/client";
import { ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { useEffect } from "react";
import { Redirect, useLocation } from "wouter";
import { useShownName } from "../conversations/shown-name.ts";
import { Avatar } from "../elements/avatar.tsx";
import { IconButton } from "../elements/button.tsx";
import { BackButton } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { Composer } from "./composer.tsx";
import { Obstacle } from "./obstacle.tsx";
import { TextLog } from "./text-log.tsx";
import { useThreadWindow } from "./thread-window.ts";
import "./thread.css";

export default function Thread({ id }: { readonly id: string }) {
  const opening = usePhone((state) => state.opening);
  const conversation = usePhone(({ conversations }) => conversations.find((one) => one.id === id));
  if (conversation) return <OpenThread conversation={conversation} />;
  return opening === "open" ? <Redirect to={places.list} /> : null;
}

function OpenThread({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const [, go] = useLocation();
  const { id, number, unread } = conversation;
  const name = useShownName(number);
  const inMemory = useThreadWindow(number);
  useMarkingRead(conversation);
  return (
    <section className="screen thread" aria-label={words.messagesWith(name)}>
      <header className="screen-head">
        <div className="back-to-list">
          <BackButton to={places.list} />
        </div>
        <Avatar name={name} />
        <div className="thread-who">
          <h1 dir="auto">{name}</h1>
          <p className="hint">
            <Standing conversation={conversation} />
          </p>
        </div>
        <IconButton label={words.person} onClick={() => go(places.person(id))}>
          {conversation.compared ? (
            <ShieldCheck aria-hidden="true" />
          ) : (
            <ShieldQuestionMark aria-hidden="true" />
          )}
        </IconButton>
      </header>
      <TextLog number={number} name={name} inMemory={inMemory} unread={unread} />
      <Obstacle conversation={conversation} />
      <Composer key={number} conversation={conversation} />
    </section>
  );
}

/** What the conversation is at this moment, under its name. */
function Standing({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.phase === "on");
  if (conversation.blocked) return words.blockedTitle;
  if (!isOn || conversation.route === "sms") return words.textMessage;
  if (conversation.route === "unchecked") return words.routeUnchecked;
  return conversation.compared ? words.privateVerified : words.linePrivate;
}

/** What is in sight while the page is, counts as read. */
function useMarkingRead({ number, unread, newest }: ConversationSummary): void {
  const newestKey = newest?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new text is read anew
  useEffect(() => {
    if (unread === 0) return;
    const markRead = () => {
      if (document.visibilityState === "visible") void phone.markRead(number);
    };
    markRead();
    document.addEventListener("visibilitychange", markRead);
    return () => document.removeEventListener("visibilitychange", markRead);
  }, [number, unread, newestKey]);
}
