// The address book of this device: everybody in it, found as one types, to be texted, changed, deleted or added.
import { folded, foldedWords } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { UserRoundPlus } from "lucide-react";
import { useMemo, useState } from "react";
import { Avatar } from "../elements/avatar.tsx";
import { IconButton } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { Screen } from "../elements/screen.tsx";
import { TabbedRows } from "../elements/tabbed-rows.tsx";
import { useLanguage } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import { places } from "../places.ts";
import { ContactSheet } from "./contact-sheet.tsx";
import { ImportContacts } from "./import-contacts.tsx";
import { NewContactSheet } from "./new-contact-sheet.tsx";
import "./contacts.css";

export default function Contacts() {
  const { words } = useLanguage();
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<PhoneNumber>();
  const [isAdding, setAdding] = useState(false);
  const isOpen = usePhone(({ opening }) => opening === "open");
  const isEmpty = usePhone(({ names }) => names.size === 0) && isOpen;
  const numbers = useContactNumbers(typed);
  const foundNobody = isOpen && typed.trim() !== "" && numbers.length === 0;
  return (
    <Screen
      title={words.settingsContacts}
      backTo={places.settings}
      actions={
        <IconButton label={words.contactAdd} onClick={() => setAdding(true)}>
          <UserRoundPlus aria-hidden="true" />
        </IconButton>
      }
    >
      <div className="contacts">
        {isEmpty ? (
          <div className="contacts-none">
            <p>{words.contactsNone}</p>
            <ImportContacts label={words.settingsImport} hint={words.settingsContactsHint} />
          </div>
        ) : (
          <>
            <Field
              className="contacts-field"
              type="search"
              label={words.contactsFind}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <p className="hint contacts-nobody" role="status">
              {foundNobody && words.newMessageNobody}
            </p>
            <TabbedRows className="contacts-list">
              {numbers.map((number) => (
                <Row key={number} number={number} onOpen={() => setOpened(number)} />
              ))}
            </TabbedRows>
          </>
        )}
      </div>
      {opened && <ContactSheet number={opened} onClose={() => setOpened(undefined)} />}
      {isAdding && <NewContactSheet onClose={() => setAdding(false)} />}
    </Screen>
  );
}

interface RowProps {
  readonly number: PhoneNumber;
  readonly onOpen: () => void;
}

function Row({ number, onOpen }: RowProps) {
  const name = usePhone(({ names }) => names.get(number)) ?? number;
  return (
    <button type="button" className="contact-row" onClick={onOpen}>
      <Avatar name={name} number={number} />
      <span className="contact-name" dir="auto">
        {name}
      </span>
      <span className="hint">{useShownNumber(number)}</span>
    </button>
  );
}

/** Those whose name holds all the words, or whose number the digits; by name. */
function useContactNumbers(typed: string): readonly PhoneNumber[] {
  const { tag } = useLanguage();
  const names = usePhone((state) => state.names);
  const sorted = useMemo(() => {
    const { compare } = new Intl.Collator(tag);
    return [...names]
      .map(([number, name]) => ({ number, name, foldedName: folded(name) }))
      .sort((a, b) => compare(a.name, b.name));
  }, [names, tag]);
  return useMemo(() => {
    const words = foldedWords(typed);
    const digits = typed.replace(/\D/g, "").replace(/^0+/, "");
    return sorted
      .filter(
        ({ number, foldedName }) =>
          words.every((word) => foldedName.includes(word)) ||
          (digits !== "" && number.includes(digits)),
      )
      .map(({ number }) => number);
  }, [sorted, typed]);
}
