// Read receipts: whoever one writes with then learns what was read.
import { useWords } from "../language/language.ts";
import { PurposeRow } from "./purpose-row.tsx";

export function ReadReceipts() {
  const words = useWords();
  return (
    <PurposeRow
      purpose="receipts"
      name={words.settingsReceipts}
      hint={words.settingsReceiptsHint}
      question={{
        title: words.askReceiptsTitle,
        what: [words.askReceiptsWhat],
        yes: words.askReceiptsYes,
        no: words.askReceiptsNo,
      }}
    />
  );
}
