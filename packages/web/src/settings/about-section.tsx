// What the owner should know of this app, of the browser that keeps their texts, and of who runs the service.
import { useEffect, useState } from "react";
import { InstallButton } from "../install/install-button.tsx";
import { useWords } from "../language/language.ts";
import { OperatorRow } from "./operator-row.tsx";
import { Section } from "./section.tsx";

export function AboutSection() {
  const words = useWords();
  const [isPersistent, setPersistent] = useState<boolean>();
  useEffect(() => {
    void navigator.storage.persisted().then(setPersistent, () => undefined);
  }, []);
  return (
    <Section title={words.settingsAbout}>
      <div className="settings-row settings-block">
        <p>{words.settingsAboutHint}</p>
        {isPersistent !== undefined && (
          <p>{isPersistent ? words.storagePersistent : words.storageBestEffort}</p>
        )}
        <InstallButton />
      </div>
      <OperatorRow />
    </Section>
  );
}
