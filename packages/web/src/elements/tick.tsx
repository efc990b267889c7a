// What became of an own text, as a sign with its word for those who hear it: a clock while it waits, one tick for sent, two for
// delivered, two on a pill for read. Of what has no sign, nothing is drawn.
import type { ThreadText } from "@assent/client";
import { Check, CheckCheck, Clock } from "lucide-react";
import { useWords } from "../language/language.ts";
import "./tick.css";

export function Tick({ state }: { readonly state: ThreadText["state"] }) {
  const words = useWords();
  switch (state) {
    case "queued":
      return <Clock className="tick" role="img" aria-label={words.stateQueued} />;
    case "taking-back":
      return <Clock className="tick" role="img" aria-label={words.stateTakingBack} />;
    case "sent":
      return <Check className="tick" role="img" aria-label={words.stateSent} />;
    case "taken":
      return <Check className="tick" role="img" aria-label={words.stateTaken} />;
    case "delivered":
      return <CheckCheck className="tick" role="img" aria-label={words.stateDelivered} />;
    case "read":
      return (
        <span className="tick-read" role="img" aria-label={words.stateRead}>
          <CheckCheck className="tick" aria-hidden="true" />
        </span>
      );
    default:
      return null;
  }
}
