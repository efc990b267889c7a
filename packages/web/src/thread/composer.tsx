// The box to write in, below the line that says by which way the text will go. Nothing is sent by a way that the
// line did not name.
import type { ConversationSummary } from "@assent/client";
import { ArrowUp, Lock, LockOpen } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "../elements/button.tsx";
import { isOfInputMethod } from "../elements/input-method.ts";
import { useWords } from "../language/language.ts";
import { codeOf } from "../phone/error-code.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { type RouteLine, useDisarming, useRouteLine, wayOf } from "./route-line.ts";
import { openSmsApp } from "./sms-app.ts";
import "./composer.css";

// A draft is kept when the hand rests.
const draftPauseMs = 400;

export function Composer({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const { number, blocked, keyChanged } = conversation;
  const [text, setText] = useState(conversation.draft);
  const [isWriting, setWriting] = useState(text !== "");
  const [problem, setProblem] = useState<string>();
  const line = useRouteLine(conversation, isWriting);
  const { disarmed, rearm } = useDisarming(line, text !== "");
  const way = wayOf(line);
  const box = useRef<HTMLTextAreaElement>(null);
  const beingTaken = useRef<string>(undefined);
  const lineId = useId();
  const isNew = conversation.newest === undefined;
  const keepDraft = useDraft(conversation, text);
  // Who starts a conversation is about to write.
  useEffect(() => {
    if (isNew) box.current?.focus();
  }, [isNew]);
  const isStopped = blocked || (keyChanged && way === "private");
  const canSend = text.trim() !== "" && way !== undefined && !disarmed && !isStopped;

  const send = async (event?: FormEvent) => {
    event?.preventDefault();
    // A finger that presses twice, or a key that is held, sends once.
    if (!canSend || !way || beingTaken.current === text) return;
    beingTaken.current = text;
    setProblem(undefined);
    box.current?.focus();
    try {
      const key = await phone.send(number, text, way);
      // It is taken: what becomes of it stands under it. No press finds it in the box once another may be sent.
      flushSync(() => setText((now) => (now === text ? "" : now)));
      beingTaken.current = undefined;
      keepDraft("");
      if (way !== "sms") return;
      const sent = await phone.outcome(key);
      if (sent.state === "handoff") openSmsApp(sent.link);
    } catch (error) {
      beingTaken.current = undefined;
      setProblem(words.errors[codeOf(error)]);
    }
  };

  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || isOfInputMethod(event.nativeEvent)) return;
    // A finger's keyboard has no Shift to hold, and a button to send beside it.
    if (isTouched()) return;
    event.preventDefault();
    void send();
  };

  return (
    <form className={`composer ${line === "verified" ? "private" : line}`} onSubmit={send}>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <div className="route-line" id={lineId} role="status">
        {way === "sms" ? (
          <LockOpen aria-hidden="true" size={16} />
        ) : (
          <Lock aria-hidden="true" size={16} />
        )}
        <LineText line={line} />
      </div>
      {disarmed && (
        <div className="disarmed" role="alert">
          <p>{words.lineChanged}</p>
          <Button onClick={rearm}>{words.lineSeen}</Button>
        </div>
      )}
      <div className="composer-row">
        <textarea
          ref={box}
          className="composer-box"
          dir="auto"
          rows={1}
          value={text}
          placeholder={way === "sms" ? words.writeSms : words.writePrivate}
          aria-label={way === "sms" ? words.writeSms : words.writePrivate}
          aria-describedby={lineId}
          disabled={blocked}
          onChange={(event) => {
            setText(event.target.value);
            // Nobody is asked about a number before its owner writes to it.
            if (event.target.value !== "") setWriting(true);
          }}
          onKeyDown={pressed}
        />
        {text !== "" && (
          <button
            type="submit"
            className="send"
            disabled={!canSend}
            aria-label={way === "sms" ? words.sendSmsLabel : words.sendPrivateLabel}
          >
            <ArrowUp aria-hidden="true" size={22} strokeWidth={2.5} />
          </button>
        )}
      </div>
    </form>
  );
}

function isTouched(): boolean {
  return matchMedia("(hover: none) and (pointer: coarse)").matches;
}

function LineText({ line }: { readonly line: RouteLine }) {
  const words = useWords();
  const isRelayed = usePhone(
    ({ status }) => status?.relaysSms === true && status.purposes.includes("sms-relay"),
  );
  const [name, hint] = {
    private: [words.linePrivate, words.linePrivateHint],
    verified: [words.linePrivate, words.linePrivateVerifiedHint],
    sms: [words.lineSms, isRelayed ? words.lineSmsRelayHint : words.lineSmsHint],
    checking: [words.lineChecking, words.lineCheckingHint],
    unchecked: [words.lineUnchecked, words.lineUncheckedHint],
  }[line];
  return (
    <p>
      <strong>{name}</strong>
      {words.commaBetween}
      {hint}
    </p>
  );
}

/** Keeps what was typed, so that it is there when the thread is opened again. Returns what keeps it at once. */
function useDraft({ number, draft }: ConversationSummary, text: string): (text: string) => void {
  const kept = useRef(draft);
  const latest = useRef(text);
  latest.current = text;
  const keep = (now: string) => {
    if (kept.current === now) return;
    kept.current = now;
    void phone.setDraft(number, now);
  };
  useEffect(() => {
    const timeout = setTimeout(() => keep(text), draftPauseMs);
    return () => clearTimeout(timeout);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the thread is left
  useEffect(() => () => keep(latest.current), []);
  return keep;
}
