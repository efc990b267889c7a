// What went wrong, said once, and how long to wait where the service said so: that is counted in silence.
import { useWords } from "../language/language.ts";
import type { Attempt } from "../phone/attempt.ts";
import { useSecondsUntil } from "./seconds-until.ts";

export function Problem({ attempt: { problem, waitUntil } }: { readonly attempt: Attempt }) {
  const words = useWords();
  const seconds = useSecondsUntil(waitUntil);
  if (!problem) return null;
  return (
    <div className="problem">
      <p role="alert">{words.errors[problem]}</p>
      {seconds > 0 && <p>{words.waitSeconds(seconds)}</p>}
    </div>
  );
}
