// One contact: their number, their name to be changed, a text to them, and the way out of the address book.
import type { PhoneNumber } from "@assent/protocol";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { Avatar } from "../elements/avatar.tsx";
import { Button } from "../elements/button.tsx";
import { Problem } from "../elements/problem.tsx";
import { Sheet } from "../elements/sheet.tsx";
import { useWords } from "../language/language.ts";
import { useAttempt } from "../phone/attempt.ts";
import { beginConversation } from "../phone/begin-conversation.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { useShownNumber } from "../phone/shown-number.ts";
import { places } from "../places.ts";
import { DeleteContact } from "./delete-contact.tsx";
import { NameField } from "./name-field.tsx";

interface ContactSheetProps {
  readonly number: PhoneNumber;
  readonly onClose: () => void;
}

export function ContactSheet({ number, onClose }: ContactSheetProps) {
  const words = useWords();
  const [, go] = useLocation();
  const shown = useShownNumber(number);
  const named = usePhone(({ names }) => names.get(number)) ?? "";
  const [name, setName] = useState(named);
  const attempt = useAttempt();
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || attempt.isUnderway) return;
    attempt.run(async () => {
      await phone.nameContact(number, name);
      onClose();
    });
  };
  const write = () =>
    attempt.run(async () => {
      const id = await beginConversation(number);
      go(places.thread(id));
    });
  return (
    <Sheet open onClose={onClose} title={named || shown}>
      <div className="contact-who">
        <Avatar name={named || shown} number={number} size="large" />
        <p>{shown}</p>
        <Button look="strong" onClick={write}>
          {words.newMessageNumber(named || shown)}
        </Button>
      </div>
      <form className="stack" onSubmit={save}>
        <NameField name={name} onName={setName} />
        <Problem attempt={attempt} />
        <div className="answers">
          <Button type="submit" aria-disabled={name.trim() === "" || name.trim() === named}>
            {words.save}
          </Button>
        </div>
      </form>
      <DeleteContact number={number} name={named || shown} onDeleted={onClose} />
    </Sheet>
  );
}
