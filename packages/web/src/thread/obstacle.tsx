// What stands in the way of writing: a changed key, or a number that was blocked; with the way on.
import type { ConversationSummary } from "@assent/client";
import { useState } from "react";
import { useLocation } from "wouter";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { codeOf, phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";

export function Obstacle({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const [, go] = useLocation();
  const [problem, setProblem] = useState<string>();
  const { number, blocked, keyChanged } = conversation;
  const attempt = (step: Promise<void>) =>
    step.then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(words.errors[codeOf(error)]),
    );
  if (!blocked && !keyChanged) return null;
  return (
    <div className="obstacle" role="alert">
      <p className="obstacle-title">{blocked ? words.blockedTitle : words.keyChangedTitle}</p>
      {!blocked && <p>{words.keyChangedHint}</p>}
      {problem && <p>{problem}</p>}
      <div className="not-delivered-ways">
        {blocked ? (
          <Button onClick={() => attempt(phone.setBlocked(number, false))}>{words.unblock}</Button>
        ) : (
          <>
            <Button onClick={() => attempt(phone.acceptNewKey(number))}>{words.acceptKey}</Button>
            <Button onClick={() => go(places.verify(conversation.id))}>{words.verify}</Button>
          </>
        )}
      </div>
    </div>
  );
}
