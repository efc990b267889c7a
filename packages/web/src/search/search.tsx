// Search of what is on this device: people one writes with, and texts, as one types.
import type { ConversationSummary, ThreadText } from "@assent/client";
import { folded, foldedWords } from "@assent/client";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { shownName, useShownName } from "../conversations/shown-name.ts";
import { Avatar } from "../elements/avatar.tsx";
import { Button } from "../elements/button.tsx";
import { Field } from "../elements/field.tsx";
import { RouteName } from "../elements/route-name.tsx";
import { Screen } from "../elements/screen.tsx";
import { useLanguage, useWords } from "../language/language.ts";
import { usePhone } from "../phone/phone-state.ts";
import { places } from "../places.ts";
import { useFoundTexts } from "./found-texts.ts";
import { Marked } from "./marked.tsx";
import "./search.css";

// So many people and texts are shown at first, and with each press on more.
const atOnce = 50;

interface SearchProps {
  /** Of the conversation that is looked through; without it all are. */
  readonly id?: string;
}

export default function Search({ id }: SearchProps) {
  const words = useWords();
  const [typed, setTyped] = useState("");
  const [most, setMost] = useState(atOnce);
  const field = useFieldOfSearch();
  const query = typed.trim();
  const sought = useMemo(() => foldedWords(query), [query]);
  const number = usePhone(
    ({ conversations }) => conversations.find((one) => one.id === id)?.number,
  );
  const name = usePhone((state) => (number ? shownName(state, number) : ""));
  const everybody = usePeople(sought);
  const people = number ? [] : everybody.slice(0, most);
  const isOpen = usePhone(({ opening }) => opening === "open");
  // Whoever is quick types before there is a phone that could be asked.
  const { texts, isSearching, hasMore } = useFoundTexts(isOpen ? query : "", most, number);
  const foundNothing = isOpen && query !== "" && !isSearching && texts.length + people.length === 0;
  const type = (text: string) => {
    setTyped(text);
    setMost(atOnce);
  };
  return (
    <Screen title={words.search} backTo={id ? places.thread(id) : places.list}>
      <div className="stack">
        <Field
          inputRef={field}
          type="search"
          label={number ? words.searchIn(name) : words.searchLabel}
          hint={words.searchHint}
          value={typed}
          enterKeyHint="search"
          onChange={(event) => type(event.target.value)}
        />
        <p className="hint" role="status">
          {isSearching && texts.length === 0 && words.loading}
          {texts.length > 0 && words.searchFound(texts.length)}
          {foundNothing && words.searchNone}
        </p>
        <ul className="hits">
          {people.map((conversation) => (
            <PersonHit key={conversation.id} conversation={conversation} />
          ))}
          {people.length < everybody.length && !number && (
            <li>
              <Button onClick={() => setMost(most + atOnce)}>{words.more}</Button>
            </li>
          )}
          {texts.map((text) => (
            <TextHit key={text.key} text={text} words={sought} />
          ))}
        </ul>
        {hasMore && <Button onClick={() => setMost(most + atOnce)}>{words.searchMore}</Button>}
      </div>
    </Screen>
  );
}

/** The field, focused when the screen appears, and whenever Ctrl+K asks for it. */
function useFieldOfSearch() {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        field.current?.select();
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return field;
}

/** Whose name holds all the words, or whose number the digits. */
function usePeople(words: readonly string[]): readonly ConversationSummary[] {
  const names = usePhone((state) => state.names);
  const conversations = usePhone((state) => state.conversations);
  return useMemo(() => {
    if (words.length === 0) return [];
    const digits = words.join("").replace(/^\+|^0+|[^\p{L}\d]/gu, "");
    return conversations.filter(({ number }) => {
      const name = folded(names.get(number) ?? "");
      return words.every((word) => name.includes(word)) || (digits && number.includes(digits));
    });
  }, [words, names, conversations]);
}

function PersonHit({ conversation }: { readonly conversation: ConversationSummary }) {
  const name = useShownName(conversation.number);
  return (
    <li>
      <Link className="hit" href={places.thread(conversation.id)}>
        <Avatar name={name} number={conversation.number} />
        <span className="hit-name" dir="auto">
          {name}
        </span>
        <RouteName route={conversation.route} />
      </Link>
    </li>
  );
}

interface TextHitProps {
  readonly text: ThreadText;
  readonly words: readonly string[];
}

function TextHit({ text, words: sought }: TextHitProps) {
  const { words, short, exact } = useLanguage();
  const name = useShownName(text.number);
  const id = usePhone(
    ({ conversations }) => conversations.find(({ number }) => number === text.number)?.id,
  );
  return (
    <li>
      <Link className="hit" href={id ? places.text(id, text.key) : places.list}>
        <Avatar name={name} number={text.number} />
        <span className="hit-name" dir="auto">
          {name}
        </span>
        <time className="hint" dateTime={text.sentAt.toISOString()} title={exact(text.sentAt)}>
          {short(text.sentAt, new Date())}
        </time>
        <span className="hit-line" dir="auto">
          {text.outgoing && (
            <span className="hint">
              {words.fromYou}
              {words.colonAfter}
            </span>
          )}
          <Marked text={text.text} words={sought} />
        </span>
      </Link>
    </li>
  );
}
