// The first thing a newcomer sees: what this is, in three sentences, and two ways on. Works without an account.
import { ListChecks, Lock, Power } from "lucide-react";
import { ImportContacts } from "../contacts/import-contacts.tsx";
import { Button } from "../elements/button.tsx";
import { Mark } from "../elements/mark.tsx";
import { InstallButton } from "../install/install-button.tsx";
import { keep, kept } from "../kept.ts";
import { useWords } from "../language/language.ts";
import "./welcome.css";

const welcomedKey = "assent.welcomed";

/** Whether the owner has passed the welcome on this device. */
export function isWelcomed(): boolean {
  return kept(welcomedKey) !== null;
}

export function noteWelcomed(): void {
  keep(welcomedKey, "yes");
}

export function Welcome({ onStart }: { readonly onStart: () => void }) {
  const words = useWords();
  const points = [
    [Power, words.welcomePoint1],
    [Lock, words.welcomePoint2],
    [ListChecks, words.welcomePoint3],
  ] as const;
  return (
    <div className="welcome">
      <Mark isOn={false} />
      <h1>
        {words.welcomeTitle} <span>{words.welcomeTitleYes}</span>
      </h1>
      <ul className="welcome-points">
        {points.map(([Sign, point]) => (
          <li key={point}>
            <span className="welcome-sign">
              <Sign aria-hidden="true" size={20} />
            </span>
            {point}
          </li>
        ))}
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
