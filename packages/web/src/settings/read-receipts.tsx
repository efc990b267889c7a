// Read receipts: a purpose of its own, so turning them on asks first. Taking the yes back takes effect at once.
import { useState } from "react";
import { Answers } from "../elements/answers.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { SwitchRow } from "./switch-row.tsx";

export function ReadReceipts() {
  const words = useWords();
  const isOn = usePhone(({ status }) => status?.purposes.includes("receipts") ?? false);
  const [isAsking, setAsking] = useState(false);
  const changing = useAttempt();
  const close = () => setAsking(false);
  const change = (granted: boolean) =>
    changing.run(async () => {
      await phone.setPurpose("receipts", granted);
      close();
    });
  return (
    <>
      <SwitchRow
        name={words.settingsReceipts}
        hint={words.settingsReceiptsHint}
        checked={isOn}
        onChange={(wanted) => (wanted ? setAsking(true) : change(false))}
      />
      {!isAsking && <Problem attempt={changing} />}
      <Sheet open={isAsking} onClose={close} title={words.askReceiptsTitle}>
        <p>{words.askReceiptsWhat}</p>
        <Problem attempt={changing} />
        <Answers
          yes={words.askReceiptsYes}
          no={words.askReceiptsNo}
          onYes={() => change(true)}
          onNo={close}
          isUnderway={changing.isUnderway}
        />
      </Sheet>
    </>
  );
}
