// English: contacts, the import of an address book, countries and numbers that are typed.
import { plural } from "./plural.ts";

const things = plural("en");

export const contactWords = {
  contactsImported: (count: number) =>
    things(count, { one: "1 number has a name now.", other: "# numbers have names now." }),
  contactsNone: "There are no contacts on this device yet.",
  contactsFind: "Search your contacts",
  contactAdd: "Add a contact",
  contactAddThis: "Add to contacts",
  contactDelete: "Delete the contact",
  contactDeleteTitle: (name: string) => `Delete ${name}?`,
  contactDeleteHint: "Your texts with this number stay.",
  newMessageNobody: "Nobody in your contacts has this name.",

  // An address book file, before anything of it is stored
  importTitle: "Bring these contacts?",
  importReady: (count: number) =>
    things(count, { one: "1 number is ready", other: "# numbers are ready" }),
  importNeedCountry: (count: number) =>
    things(count, { one: "1 number needs a country", other: "# numbers need a country" }),
  importUnusable: (count: number) =>
    things(count, { one: "1 cannot be used", other: "# cannot be used" }),
  importKnownAs: (name: string) => `Called ${name} until now`,
  importCountryHint: "Numbers without a country code are read as written there.",
  importYes: "Bring what is ready",
  importDamaged: "The card is damaged.",

  // Countries, and numbers as people type them
  country: "Country or region",
  countryChoose: "Choose a country or region",
  countryFind: "Search countries and regions",
  countryNone: "No country has this name.",
  numberNeedsCountry: "Choose a country for it, or begin with + and the country code.",
  numberNotOfCountry: "It is not written as a number of this country.",
  numberUnreadable: "It is not a phone number.",
  numberShort: "It is a short number of one network. Your SMS app can text it.",
  numberDialed: "It is a code to dial. No text can go there.",
  numberExtension: "It reaches an extension, where no text arrives.",
} as const;
