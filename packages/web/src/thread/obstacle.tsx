// What stands in the way of writing: a changed key, or a number that was blocked; with the way on.
import type { ConversationSummary } from "@assent/client";
import { useLocation } from "wouter";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";
import { places } from "../places.ts";

export function Obstacle({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const [, go] = useLocation();
  const clearing = useAttempt();
  const { number, blocked, keyChanged } = conversation;
  if (!blocked && !keyChanged) return null;
  return (
    <div className="obstacle" role="alert">
      <p className="obstacle-title">{blocked ? words.blockedTitle : words.keyChangedTitle}</p>
      {!blocked && <p>{words.keyChangedHint}</p>}
      <Problem attempt={clearing} />
      <div className="ways">
        {blocked ? (
          <Button onClick={() => clearing.run(() => phone.setBlocked(number, false))}>
            {words.unblock}
          </Button>
        ) : (
          <>
            <Button onClick={() => clearing.run(() => phone.acceptNewKey(number))}>
              {words.acceptKey}
            </Button>
            <Button onClick={() => go(places.verify(conversation.id))}>{words.verify}</Button>
          </>
        )}
      </div>
    </div>
  );
}
