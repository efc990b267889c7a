// To whom: a number or a name, with what fits below it while one types. A combobox (ARIA 1.2): the field keeps the
// focus, arrows move through the list, Enter takes what is marked.
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Field } from "../elements/field.tsx";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { codeOf } from "../phone/error-code.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { RecipientList } from "./recipient-list.tsx";
import { type Recipient, useRecipients } from "./recipients.ts";
import "./new-message.css";

export default function NewMessage() {
  const words = useWords();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const [marked, setMarked] = useState(0);
  const [problem, setProblem] = useState<string>();
  const recipients = useRecipients(typed);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const nobodyFits = typed.trim() !== "" && recipients.length === 0 && !problem;
  // After the screen has given it to its heading.
  useLayoutEffect(() => {
    field.current?.focus();
  }, []);

  const type = (text: string) => {
    setTyped(text);
    setMarked(0);
    setProblem(undefined);
  };
  const choose = async (recipient: Pick<Recipient, "number"> | undefined) => {
    try {
      // What was typed may be a number that was not read yet.
      const { number } = recipient ?? (await phone.readNumber(typed));
      if (number === usePhone.getState().status?.number) {
        setProblem(words.errors.own_number);
        return;
      }
      const { id } = await phone.startConversation(number);
      await listed(id);
      // Choosing was a step on the way: back from the thread is the list.
      go(places.thread(id), { replace: true });
    } catch (error) {
      setProblem(words.errors[codeOf(error)]);
    }
  };
  const pressed = (event: KeyboardEvent) => {
    // While an input method composes, the keys are its.
    if (event.nativeEvent.isComposing) return;
    const last = recipients.length - 1;
    if (event.key === "ArrowDown") setMarked(marked < last ? marked + 1 : 0);
    else if (event.key === "ArrowUp") setMarked(marked > 0 ? marked - 1 : Math.max(last, 0));
    else if (event.key === "Enter") void choose(recipients[marked]);
    else if (event.key === "Escape" && typed !== "") type("");
    else return;
    event.preventDefault();
  };

  return (
    <Screen title={words.newMessage} backTo={places.list}>
      <div className="recipient-choice">
        <Field
          inputRef={field}
          className="recipient-field"
          label={words.newMessageTo}
          hint={words.newMessageHint}
          problem={problem}
          value={typed}
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="go"
          role="combobox"
          aria-expanded={recipients.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={recipients.length > 0 ? `${listId}-${marked}` : undefined}
          onChange={(event) => type(event.target.value)}
          onKeyDown={pressed}
        />
        <p className="hint recipient-nobody" role="status">
          {nobodyFits && words.newMessageNobody}
        </p>
        <RecipientList
          id={listId}
          recipients={recipients}
          marked={marked}
          onChoose={(recipient) => void choose(recipient)}
        />
      </div>
    </Screen>
  );
}

/** Resolves once the list has the conversation: its thread is found there. */
function listed(id: string): Promise<void> {
  const isThere = () => usePhone.getState().conversations.some((one) => one.id === id);
  return new Promise((resolve) => {
    if (isThere()) return resolve();
    const stop = usePhone.subscribe(() => {
      if (!isThere()) return;
      stop();
      resolve();
    });
  });
}
