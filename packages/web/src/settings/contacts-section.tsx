// The address book of this device: how much it holds, a look into it, and more into it.
import { ChevronRight } from "lucide-react";
import { Link } from "wouter";
import { ImportContacts } from "../contacts/import-contacts.tsx";
import { useLanguage } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { Section } from "./section.tsx";

export function ContactsSection() {
  const { tag, words } = useLanguage();
  const count = usePhone(({ opening, names }) => (opening === "open" ? names.size : undefined));
  return (
    <Section title={words.settingsContacts}>
      <Link href={places.contacts} className="settings-row settings-link">
        <span className="settings-name">{words.settingsContacts}</span>
        {count !== undefined && (
          <span className="hint">{new Intl.NumberFormat(tag).format(count)}</span>
        )}
        <ChevronRight aria-hidden="true" size={20} />
      </Link>
      <div className="settings-row settings-block">
        <ImportContacts label={words.settingsImport} hint={words.settingsContactsHint} />
      </div>
    </Section>
  );
}
