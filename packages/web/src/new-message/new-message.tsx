// To whom: a number or a name, with what fits below it while one types. A combobox (ARIA 1.2): the field keeps the
// focus, arrows move through the list, Enter takes what is marked.
import type { Country } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Field } from "../elements/field.tsx";
import { isOfInputMethod } from "../elements/input-method.ts";
import { useMarkedOption } from "../elements/marked-option.ts";
import { Screen } from "../elements/screen.tsx";
import { useWords } from "../language/language.ts";
import { useOfferedCountry } from "../number/country.ts";
import { CountryPicker } from "../number/country-picker.tsx";
import { wordsOf } from "../number/not-a-number.ts";
import { spaceTyping } from "../number/spaced-typing.ts";
import { beginConversation } from "../phone/begin-conversation.ts";
import { codeOf } from "../phone/error-code.ts";
import { phone, usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { forgetHandedIn, type HandedIn, useHandedIn } from "./handed-in.ts";
import { RecipientList } from "./recipient-list.tsx";
import { type Recipient, useRecipients } from "./recipients.ts";
import "./new-message.css";

export default function NewMessage() {
  const words = useWords();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const [country, setCountry] = useOfferedCountry();
  const { recipients, isReading } = useRecipients(typed, country);
  const { marked, isChosen, restart, moveBy } = useMarkedOption(
    recipients.map(({ number }) => number),
  );
  const field = useRef<HTMLInputElement>(null);
  const isChoosing = useRef(false);
  const [text, setText] = useState("");
  const listId = useId();
  const isName = /\p{L}/u.test(typed);
  const isOpen = usePhone(({ opening }) => opening === "open");
  const nobodyFits = isOpen && isName && recipients.length === 0 && !problem;
  // After the screen has given it to its heading.
  useLayoutEffect(() => field.current?.focus(), []);

  const show = (shown: string) => {
    setTyped(shown);
    restart();
    setProblem(undefined);
  };
  const type = (now: string) => {
    show(now);
    void spaceTyping(field, { before: typed, typed: now, country }, setTyped);
  };
  const choose = async (recipient: Pick<Recipient, "number"> | undefined, draft = text) => {
    // Twice would begin with the words twice.
    if (isChoosing.current) return;
    isChoosing.current = true;
    try {
      // What was typed may be a number that was not read yet.
      const number = recipient?.number ?? (await readTyped());
      if (!number) return;
      if (number === usePhone.getState().status?.number) {
        setProblem(words.errors.own_number);
        return;
      }
      const id = await beginConversation(number, draft);
      // Choosing was a step on the way: back from the thread is the list.
      go(places.thread(id), { replace: true });
    } catch (error) {
      setProblem(words.errors[codeOf(error)]);
    } finally {
      isChoosing.current = false;
    }
  };
  const readTyped = async (): Promise<PhoneNumber | undefined> => {
    const read = await phone.readNumber(typed, country);
    if (read.kind === "number") return read.number;
    setProblem(wordsOf(words, isName ? "unreadable" : read.kind));
    return undefined;
  };
  const takeMarked = async () => {
    const recipient = recipients[marked];
    // Whoever it fits is there at once, and the number that it is a moment later: that one was typed.
    const isAhead = isReading && !isChosen;
    const read = isAhead && (await phone.readNumber(typed, country).catch(() => undefined));
    await choose(read && read.kind === "number" ? read : recipient);
  };
  const readIn = (chosen: Country) => {
    setCountry(chosen);
    setProblem(undefined);
    void phone.chooseCountry(chosen);
  };
  const pressed = (event: KeyboardEvent) => {
    if (isOfInputMethod(event.nativeEvent)) return;
    if (event.key === "Enter") void takeMarked();
    else if (event.key === "Escape" && typed !== "") show("");
    else if (!moveBy(event.key)) return;
    event.preventDefault();
  };
  useHandingIn({
    take: (handedIn) => {
      setText(handedIn.text);
      if (handedIn.to !== "") show(handedIn.to);
    },
    begin: (number, draft) => void choose({ number }, draft),
  });

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
        {isWithoutCountryCode(typed) && (
          <div className="recipient-country">
            <CountryPicker country={country} onChoose={readIn} />
          </div>
        )}
        <p className="hint recipient-nobody" role="status">
          {nobodyFits ? words.newMessageNobody : text !== "" && words.forwardHint}
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

/** Digits that say something else in another country. */
function isWithoutCountryCode(typed: string): boolean {
  return /^[\p{Nd}(]/u.test(typed.trim()) && !/\p{L}/u.test(typed);
}

interface HandingIn {
  /** Before anything can be pressed: whoever chooses somebody at once chooses for these words. */
  take(handedIn: HandedIn): void;
  /** It named a number that is one whatever the country: its thread is what was asked for. */
  begin(number: PhoneNumber, text: string): void;
}

/** Takes what a link, or another app, handed in; whom it named is read once the phone is open. */
function useHandingIn(handing: HandingIn): void {
  const isOpen = usePhone(({ opening }) => opening === "open");
  const handedIn = useHandedIn((state) => state.handedIn);
  const [named, setNamed] = useState<HandedIn>();
  const latest = useRef(handing);
  latest.current = handing;
  useLayoutEffect(() => {
    if (!handedIn) return;
    forgetHandedIn();
    latest.current.take(handedIn);
    setNamed(handedIn);
  }, [handedIn]);
  useEffect(() => {
    if (!isOpen || !named) return;
    setNamed(undefined);
    void phone.readNumber(named.to).then(
      (read) => read.kind === "number" && latest.current.begin(read.number, named.text),
      () => undefined,
    );
  }, [isOpen, named]);
}
