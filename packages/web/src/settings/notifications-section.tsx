// What is told of texts that come. The browser is asked whether it allows notifications by a tap here and by nothing else.
import { useState } from "react";
import { useWords } from "../language/language.ts";
import {
  allowedNow,
  askWhetherAllowed,
  chooseNotifications,
  useNotificationChoices,
} from "../notifications/choices.ts";
import { playTone } from "../notifications/tone.ts";
import { Section } from "./section.tsx";
import { SwitchRow } from "./switch-row.tsx";
import { Waking } from "./waking.tsx";

export function NotificationsSection() {
  const words = useWords();
  const { isShown, hasWords, hasSound } = useNotificationChoices();
  const [allowed, setAllowed] = useState(allowedNow);
  const show = async (wanted: boolean) => {
    const answer = wanted ? await askWhetherAllowed() : allowed;
    setAllowed(answer);
    chooseNotifications({ isShown: wanted && answer === "granted" });
  };
  const sound = (wanted: boolean) => {
    chooseNotifications({ hasSound: wanted });
    // So that one knows what to listen for; and the tap is what lets the page be heard later.
    if (wanted) playTone();
  };
  return (
    <Section title={words.settingsNotifications}>
      <SwitchRow
        name={words.notificationsShow}
        hint={allowed === "denied" ? words.notificationsDenied : words.notificationsShowHint}
        checked={isShown && allowed === "granted"}
        onChange={(wanted) => void show(wanted)}
      />
      {isShown && allowed === "granted" && (
        <SwitchRow
          name={words.notificationsWords}
          hint={words.notificationsWordsHint}
          checked={hasWords}
          onChange={(wanted) => chooseNotifications({ hasWords: wanted })}
        />
      )}
      <Waking />
      <SwitchRow
        name={words.notificationsSound}
        hint={words.notificationsSoundHint}
        checked={hasSound}
        onChange={sound}
      />
    </Section>
  );
}
