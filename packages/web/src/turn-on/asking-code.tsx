// What is seen while a code is asked for: that it is, and how far the work is where the service asks for some first.
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";

export function AskingCode() {
  const words = useWords();
  const work = usePhone((state) => state.work);
  if (work === undefined) return words.sendingCode;
  return (
    <>
      {words.workFirst}
      <progress value={work} aria-label={words.workFirst} />
    </>
  );
}
