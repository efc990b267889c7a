// The address book of this device: how much it holds, and more into it.
import { ImportContacts } from "../contacts/import-contacts.tsx";
import { useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { Section } from "./section.tsx";

export function ContactsSection() {
  const words = useWords();
  const count = usePhone(({ names }) => names.size);
  return (
    <Section title={words.settingsContacts}>
      <div className="settings-row settings-block">
        {count > 0 && <p>{words.contactsImported(count)}</p>}
        <ImportContacts label={words.settingsImport} hint={words.settingsContactsHint} />
      </div>
    </Section>
  );
}
