// German: contacts, the import of an address book, countries and numbers that are typed.
import type { contactWords as english } from "./en-contacts.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things: (count: number, forms: Record<"one" | "other", string>) => string = plural("de");

export const contactWords: Translated<typeof english> = {
  contactsImported: (count) =>
    things(count, {
      one: "1 Nummer hat jetzt einen Namen.",
      other: "# Nummern haben jetzt einen Namen.",
    }),
  contactsNone: "Auf diesem Gerät gibt es noch keine Kontakte.",
  contactsFind: "In deinen Kontakten suchen",
  contactAdd: "Kontakt hinzufügen",
  contactAddThis: "Zu den Kontakten hinzufügen",
  contactDelete: "Kontakt löschen",
  contactDeleteTitle: (name) => `${name} löschen?`,
  contactDeleteHint: "Deine Nachrichten mit dieser Nummer bleiben.",
  newMessageNobody: "Niemand in deinen Kontakten heißt so.",

  // An address book file, before anything of it is stored
  importTitle: "Diese Kontakte übernehmen?",
  importReady: (count) =>
    things(count, { one: "1 Nummer ist bereit", other: "# Nummern sind bereit" }),
  importNeedCountry: (count) =>
    things(count, { one: "1 Nummer braucht ein Land", other: "# Nummern brauchen ein Land" }),
  importUnusable: (count) =>
    things(count, { one: "1 ist nicht verwendbar", other: "# sind nicht verwendbar" }),
  importKnownAs: (name) => `Hieß bisher ${name}`,
  importCountryHint: "Nummern ohne Ländervorwahl werden gelesen, wie man sie dort schreibt.",
  importYes: "Übernehmen, was bereit ist",
  importDamaged: "Die Visitenkarte ist beschädigt.",

  // Countries, and numbers as people type them
  country: "Land oder Region",
  countryChoose: "Land oder Region wählen",
  countryFind: "Länder und Regionen suchen",
  countryNone: "Kein Land heißt so.",
  numberNeedsCountry: "Wähle ein Land dafür, oder beginne mit + und der Ländervorwahl.",
  numberNotOfCountry: "In diesem Land schreibt man Nummern anders.",
  numberUnreadable: "Das ist keine Telefonnummer.",
  numberShort: "Das ist eine Kurznummer eines Netzes. Deine SMS-App kann ihr schreiben.",
  numberDialed: "Diesen Code wählt man am Telefon. Schreiben kann man ihm nicht.",
  numberExtension: "Das ist eine Nebenstelle. Dort kommt keine Nachricht an.",
};
