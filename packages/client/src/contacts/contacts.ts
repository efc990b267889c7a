// The owner's address book. It never leaves this device: no room that sends reads it but to show a name.
import type { PhoneNumber } from "@assent/protocol";
import type { Country } from "@assent/protocol/national-number";
import { create } from "@bufbuild/protobuf";
import type { ProfileStateKeeper } from "../account/profile-state.ts";
import {
  ContactPhotoSchema,
  ContactSchema,
  put,
  type Records,
  type RecordsReader,
  remove,
} from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { ContactImport, ReadyContact } from "./import.ts";
import type { Photo } from "./photo.ts";

export interface Contact {
  readonly number: PhoneNumber;
  readonly name: string;
}

export interface ImportOptions {
  /** Whose form national numbers are read in; the owner's choice, or the owner's own country, if left out. */
  readonly country?: Country;
}

export interface ContactsParts {
  readonly records: Records;
  readonly state: ProfileStateKeeper;
}

export class Contacts {
  readonly #parts: ContactsParts;

  /** @internal */
  constructor(parts: ContactsParts) {
    this.#parts = parts;
  }

  /** Everybody in it, in no order. */
  async list(): Promise<Contact[]> {
    const rows = await this.#parts.records.list("contacts");
    return rows.map(({ key, record }) => ({ number: key as PhoneNumber, name: record.name }));
  }

  /** Those of these numbers that are in it. */
  async of(numbers: readonly PhoneNumber[]): Promise<Contact[]> {
    const { records } = this.#parts;
    const names = await Promise.all(numbers.map((number) => nameOf(records, number)));
    return numbers.flatMap((number, index) => {
      const name = names[index];
      return name === undefined ? [] : [{ number, name }];
    });
  }

  /** Undefined where there is none. */
  async photo(number: PhoneNumber): Promise<Photo | undefined> {
    const record = await this.#parts.records.get("contactPhotos", number);
    return record && { mediaType: record.mediaType as Photo["mediaType"], bytes: record.bytes };
  }

  /** Gives a number a name; an empty one takes it out of the address book. */
  name(number: PhoneNumber, name: string): Promise<void> {
    const trimmed = name.trim();
    if (!trimmed) return this.remove(number);
    return this.#commit([put("contacts", number, create(ContactSchema, { name: trimmed }))]);
  }

  /** Takes a number out of the address book. Its texts stay. */
  remove(number: PhoneNumber): Promise<void> {
    return this.#commit([remove("contacts", number), remove("contactPhotos", number)]);
  }

  /** In which numbers without a country code are read: the owner's choice, else where the owner's own number belongs. */
  async country(): Promise<Country | undefined> {
    const { country, identity } = this.#parts.state.current;
    const { countryOf, readCountry } = await loadNationalNumbers();
    return readCountry(country) ?? (identity && countryOf(identity.number as PhoneNumber));
  }

  /** From then on, numbers without a country code are read as of this country. */
  chooseCountry(country: Country): Promise<void> {
    return this.#parts.state.change({ country });
  }

  /** What to offer where a country is asked for: the one that counts, else one that people of this language are in. */
  async offeredCountry(locale: string): Promise<Country | undefined> {
    const { countryOfLocale } = await loadNationalNumbers();
    return (await this.country()) ?? countryOfLocale(locale);
  }

  /**
   * Reads a number as its owner types it: in international form, or as it is written in the country.
   * @throws AssentError number_invalid
   */
  async readNumber(text: string): Promise<PhoneNumber> {
    const { parseNationalNumber } = await loadNationalNumbers();
    return parseNationalNumber(text, await this.country());
  }

  /**
   * What a vCard file would bring. Stores nothing.
   * @throws AssentError contacts_unreadable
   */
  async previewImport(vcards: Uint8Array, options: ImportOptions = {}): Promise<ContactImport> {
    const { parseVcards } = await import("./vcard.ts");
    const read = parseVcards(vcards);
    const { readContacts } = await import("./import.ts");
    const names = new Map((await this.list()).map(({ number, name }) => [number, name]));
    const country = options.country ?? (await this.country());
    return readContacts(read, country, (number) => names.get(number));
  }

  /**
   * Stores what is ready of a vCard file; the rest is as the preview has it. A country that is named here is the owner's
   * choice, unless there is one already.
   * @throws AssentError contacts_unreadable
   */
  async import(vcards: Uint8Array, options: ImportOptions = {}): Promise<ContactImport> {
    const read = await this.previewImport(vcards, options);
    const { records, state } = this.#parts;
    const changes = read.ready.flatMap(changesOf);
    const { country } = options;
    if (country && !state.current.country) await state.change({ country }, changes);
    else await records.commit(changes);
    return read;
  }

  #commit(changes: readonly Change[]): Promise<void> {
    return this.#parts.records.commit(changes);
  }
}

function changesOf({ number, name, photo }: ReadyContact): Change[] {
  return [
    put("contacts", number, create(ContactSchema, { name })),
    ...(photo ? [put("contactPhotos", number, create(ContactPhotoSchema, photo))] : []),
  ];
}

/** Every country's numbers, loaded when one is read: most starts of an app need none. */
function loadNationalNumbers() {
  return import("@assent/protocol/national-number");
}

export async function nameOf(records: RecordsReader, number: string): Promise<string | undefined> {
  return (await records.get("contacts", number))?.name;
}
