// The first thing a newcomer sees: what this is, in three sentences, and two ways on. Works without an account.
import { FileUp, ShieldCheck } from "lucide-react";
import { useRef, useState } from "react";
import { useLocation } from "wouter";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";
import { codeOf, phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import "./welcome.css";

const welcomedKey = "assent.welcomed";

/** Whether the owner has passed the welcome on this device. */
export function isWelcomed(): boolean {
  return localStorage.getItem(welcomedKey) !== null;
}

export function Welcome() {
  const words = useWords();
  const [, go] = useLocation();
  const isOpen = usePhone(({ opening }) => opening === "open");
  const file = useRef<HTMLInputElement>(null);
  const [outcome, setOutcome] = useState("");
  const start = () => {
    localStorage.setItem(welcomedKey, "yes");
    go(places.list);
  };
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    try {
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      const { imported, skipped } = await phone.importContacts(bytes);
      const notUsed = skipped > 0 ? ` ${words.contactsSkipped(skipped)}` : "";
      setOutcome(words.contactsImported(imported) + notUsed);
    } catch (error) {
      setOutcome(words.errors[codeOf(error)]);
    }
  };
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
        <Button look="strong" onClick={start}>
          {words.welcomeStart}
        </Button>
        <Button disabled={!isOpen} onClick={() => file.current?.click()}>
          <FileUp aria-hidden="true" size={18} />
          {words.welcomeImport}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".vcf,text/vcard"
          hidden
          onChange={(event) => void read(event.target.files?.[0])}
        />
        <p className="hint">{words.welcomeImportHint}</p>
        <p role="status">{outcome}</p>
      </div>
    </div>
  );
}
