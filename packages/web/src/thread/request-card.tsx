// In the place of the box, where somebody whom the owner does not know wrote first: what they see until one answers, and two
// answers that weigh the same.
import type { ConversationSummary } from "@assent/client";
import { Ban, EyeOff, ShieldCheck } from "lucide-react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone } from "../phone/phone-state.ts";

export function RequestCard({ conversation }: { readonly conversation: ConversationSummary }) {
  const words = useWords();
  const answering = useAttempt();
  const { number } = conversation;
  return (
    <section className="card request-card" aria-label={words.requestTitle}>
      <h2>{words.requestTitle}</h2>
      <ul>
        <li>
          <EyeOff aria-hidden="true" size={18} />
          {words.requestUnseen}
        </li>
        <li>
          <ShieldCheck aria-hidden="true" size={18} />
          {words.requestProved}
        </li>
        <li>
          <Ban aria-hidden="true" size={18} />
          {words.requestBlocked}
        </li>
      </ul>
      <Problem attempt={answering} />
      <Answers
        yes={words.accept}
        no={words.block}
        onYes={() => answering.run(() => phone.accept(number))}
        onNo={() => answering.run(() => phone.setBlocked(number, true))}
        isUnderway={answering.isUnderway}
      />
    </section>
  );
}
