// The way out of turning on, at every step of it: what was begun is undone.
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";

export function KeepOff({ onKeepOff }: { readonly onKeepOff: () => Promise<void> }) {
  const words = useWords();
  const leaving = useAttempt();
  return (
    <>
      <Button aria-disabled={leaving.isUnderway} onClick={() => leaving.run(onKeepOff)}>
        {words.turnOnNo}
      </Button>
      <Problem attempt={leaving} />
    </>
  );
}
