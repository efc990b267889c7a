// Whom a new message can go to: the number that was typed, the people one writes with, and those of the address book.
// All of it is known on this device; nobody is asked about a number before its owner writes to it.
import type { ConversationSummary, Country } from "@assent/client";
import { folded, foldedWords } from "@assent/client";
import type { PhoneNumber } from "@assent/protocol";
import { useEffect, useMemo, useState } from "react";
import { useLanguage } from "../language/language.ts";
import type { TypedNumber } from "../phone/phone.ts";
import { phone, usePhone } from "../phone/phone-state.ts";

export interface Recipient {
  readonly number: PhoneNumber;
  readonly name: string | undefined;
  /** The number, as people read it where that is known. */
  readonly shown: string;
  /** Undefined where there is no conversation yet. */
  readonly route: ConversationSummary["route"] | undefined;
}

interface Person extends Recipient {
  readonly foldedName: string;
}

export interface Recipients {
  /** The number that was typed first, then those one writes with, then the others by their names. */
  readonly recipients: readonly Recipient[];
  /** What was typed may be a number, and the phone did not say yet which: it is to come first. */
  readonly isReading: boolean;
}

/** @param country whose form a number is read in. */
export function useRecipients(typed: string, country: Country | undefined): Recipients {
  const people = usePeople();
  const read = useTypedNumber(typed, country);
  const recipients = useMemo(() => {
    const matching = people.filter(matcherOf(typed));
    if (read?.kind !== "number") return matching;
    const known = people.find(({ number }) => number === read.number);
    const first = known ?? { ...read, name: undefined, route: undefined };
    return [first, ...matching.filter(({ number }) => number !== read.number)];
  }, [people, typed, read]);
  return { recipients, isReading: read === undefined && mayBeNumber(typed) };
}

function usePeople(): readonly Person[] {
  const names = usePhone((state) => state.names);
  const conversations = usePhone((state) => state.conversations);
  const { tag } = useLanguage();
  return useMemo(() => {
    const begun = new Map(conversations.map((one) => [one.number, one]));
    const person = (number: PhoneNumber): Person => {
      const name = names.get(number);
      const { written: shown = number, route } = begun.get(number) ?? {};
      return { number, name, shown, route, foldedName: folded(name ?? "") };
    };
    const { compare } = new Intl.Collator(tag);
    const others = [...names.keys()]
      .filter((number) => !begun.has(number))
      .map(person)
      .sort((a, b) => compare(a.name ?? "", b.name ?? ""));
    return [...[...begun.keys()].map(person), ...others];
  }, [names, conversations, tag]);
}

/** Of the text as it is now; undefined until the phone answered. */
function useTypedNumber(typed: string, country: Country | undefined): TypedNumber | undefined {
  const [read, setRead] = useState<{ readonly of: string; readonly number: TypedNumber }>();
  // It is spaced a moment after it was typed, and is the same number.
  const of = `${country} ${typed.replaceAll(" ", "")}`;
  useEffect(() => {
    if (!mayBeNumber(typed)) return;
    let ended = false;
    phone.readNumber(typed, country).then(
      (number) => !ended && setRead({ of, number }),
      () => undefined,
    );
    return () => {
      ended = true;
    };
  }, [of, typed, country]);
  return read?.of === of ? read.number : undefined;
}

function mayBeNumber(typed: string): boolean {
  return /\p{Nd}/u.test(typed);
}

/** People whose name holds all the words, or whose number the digits. */
function matcherOf(typed: string): (person: Person) => boolean {
  // A code that is dialled names nobody, whatever its digits.
  if (/[*#]/.test(typed) && !/\p{L}/u.test(typed)) return () => false;
  const words = foldedWords(typed);
  // A zero in front is how a country writes its own numbers.
  const digits = typed.replace(/\D/g, "").replace(/^0+/, "");
  const isNumber = digits !== "" && !/\p{L}/u.test(typed);
  return ({ number, foldedName }) =>
    words.every((word) => foldedName.includes(word)) || (isNumber && number.includes(digits));
}
