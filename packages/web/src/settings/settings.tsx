// Settings: what the owner said yes to, what they are told, their contacts, and how the app looks and speaks.
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { places } from "../places.ts";
import { AboutSection } from "./about-section.tsx";
import { ContactsSection } from "./contacts-section.tsx";
import { LanguageSection } from "./language-section.tsx";
import { LockSection } from "./lock-section.tsx";
import { LookSection } from "./look-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { PrivateSection } from "./private-section.tsx";
import "./settings.css";

export default function Settings() {
  const words = useWords();
  return (
    <Screen title={words.settings} backTo={places.list}>
      <div className="settings">
        <PrivateSection />
        <NotificationsSection />
        <LockSection />
        <ContactsSection />
        <LookSection />
        <LanguageSection />
        <AboutSection />
      </div>
    </Screen>
  );
}
