// What became of an own text, as a sign with its word for those who hear it: a clock while it waits, one tick for sent, two for
// delivered, two on a pill for read. Of what has no sign, nothing is drawn.
import { Check, CheckCheck, Clock } from "lucide-react";
import { type StatedText, useStateWord } from "./state-word.ts";
import "./tick.css";

export function Tick({ text }: { readonly text: StatedText }) {
  const sign = { className: "tick", role: "img", "aria-label": useStateWord(text) };
  switch (text.state) {
    case "queued":
    case "taking-back":
      return <Clock {...sign} />;
    case "sent":
    case "taken":
      return <Check {...sign} />;
    case "delivered":
      return <CheckCheck {...sign} />;
    case "read":
      return (
        <span {...sign} className="tick-read">
          <CheckCheck className="tick" aria-hidden="true" />
        </span>
      );
    default:
      return null;
  }
}
