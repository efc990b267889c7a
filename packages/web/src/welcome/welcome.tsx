// The first thing a newcomer sees: what this is, in three sentences, and two ways on. Works without an account.
import { ShieldCheck } from "lucide-react";
import { ImportContacts } from "../contacts/import-contacts.tsx";
import { Button } from "../elements/button.tsx";
import { InstallButton } from "../install/install-button.tsx";
import { useWords } from "../language/language.ts";
import "./welcome.css";

const welcomedKey = "assent.welcomed";

/** Whether the owner has passed the welcome on this device. */
export function isWelcomed(): boolean {
  return localStorage.getItem(welcomedKey) !== null;
}

export function noteWelcomed(): void {
  localStorage.setItem(welcomedKey, "yes");
}

export function Welcome({ onStart }: { readonly onStart: () => void }) {
  const words = useWords();
  return (
    <div className="welcome">
      <ShieldCheck className="welcome-mark" aria-hidden="true" size={56} />
      <h1>{words.welcomeTitle}</h1>
      <ul className="welcome-points">
        <li>{words.welcomePoint1}</li>
        <li>{words.welcomePoint2}</li>
        <li>{words.welcomePoint3}</li>
      </ul>
      <div className="welcome-ways">
        <Button look="strong" onClick={onStart}>
          {words.welcomeStart}
        </Button>
        <ImportContacts label={words.welcomeImport} hint={words.welcomeImportHint} />
        <InstallButton />
      </div>
    </div>
  );
}
