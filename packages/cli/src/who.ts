// Whom a command means: a number as it is typed in the owner's country, or a name of the owner's address book.
import { type Contacts, folded, foldedWords } from "@assent/client";
import { formatNumber, type PhoneNumber } from "@assent/protocol";
import { Refused } from "./output.ts";
import { printableLine } from "./printable.ts";

/**
 * A name means whoever has it, whole, or else all its words; case and accents do not matter. Of several people, or of
 * one with several numbers, none is chosen.
 * @throws AssentError number_invalid, name_unknown, name_ambiguous
 */
export async function whoIs(
  contacts: Pick<Contacts, "list" | "readNumber">,
  written: string,
): Promise<PhoneNumber> {
  if (!/\p{L}/u.test(written)) return contacts.readNumber(written);
  const all = await contacts.list();
  const name = folded(written.trim());
  const words = foldedWords(written);
  const whole = all.filter((contact) => folded(contact.name) === name);
  const found =
    whole.length > 0
      ? whole
      : all.filter((contact) => {
          const theirs = foldedWords(contact.name);
          return words.every((word) => theirs.includes(word));
        });
  const [only] = found;
  if (only && found.length === 1) return only.number;
  if (!only) throw new Refused("name_unknown", {}, []);
  throw new Refused(
    "name_ambiguous",
    { candidates: found.map(({ number, name }) => ({ number, name })) },
    found.map(({ number, name }) => `${printableLine(name)}: ${formatNumber(number)}`),
  );
}
