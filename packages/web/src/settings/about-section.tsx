// What the owner should know of this app, and of the browser that keeps their texts.
import { useEffect, useState } from "react";
import { InstallButton } from "../install/install-button.tsx";
import { useWords } from "../language/language.ts";
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
    </Section>
  );
}
