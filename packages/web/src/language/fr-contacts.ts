// French: contacts, the import of an address book, countries and numbers that are typed.
import type { contactWords as english } from "./en-contacts.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things: (count: number, forms: Record<"one" | "many" | "other", string>) => string =
  plural("fr");

export const contactWords: Translated<typeof english> = {
  contactsImported: (count) =>
    things(count, {
      one: "# numéro a maintenant un nom.",
      many: "# de numéros ont maintenant un nom.",
      other: "# numéros ont maintenant un nom.",
    }),
  contactsNone: "Il n’y a pas encore de contacts sur cet appareil.",
  contactsFind: "Rechercher dans vos contacts",
  contactAdd: "Ajouter un contact",
  contactAddThis: "Ajouter aux contacts",
  contactDelete: "Supprimer le contact",
  contactDeleteTitle: (name) => `Supprimer ${name} ?`,
  contactDeleteHint: "Vos messages avec ce numéro restent.",
  newMessageNobody: "Personne dans vos contacts ne porte ce nom.",

  // An address book file, before anything of it is stored
  importTitle: "Importer ces contacts ?",
  importReady: (count) =>
    things(count, {
      one: "# numéro est prêt",
      many: "# de numéros sont prêts",
      other: "# numéros sont prêts",
    }),
  importNeedCountry: (count) =>
    things(count, {
      one: "# numéro a besoin d’un pays",
      many: "# de numéros ont besoin d’un pays",
      other: "# numéros ont besoin d’un pays",
    }),
  importUnusable: (count) =>
    things(count, {
      one: "# est inutilisable",
      many: "# sont inutilisables",
      other: "# sont inutilisables",
    }),
  importKnownAs: (name) => `S’appelait ${name} jusqu’ici`,
  importCountryHint: "Les numéros sans indicatif sont lus comme on les écrit dans ce pays.",
  importYes: "Importer ce qui est prêt",
  importDamaged: "La fiche de contact est endommagée.",

  // Countries, and numbers as people type them
  country: "Pays ou région",
  countryChoose: "Choisir un pays ou une région",
  countryFind: "Rechercher un pays ou une région",
  countryNone: "Aucun pays ne porte ce nom.",
  numberNeedsCountry: "Choisissez un pays, ou commencez par + et l’indicatif du pays.",
  numberNotOfCountry: "Les numéros de ce pays ne s’écrivent pas ainsi.",
  numberUnreadable: "Ce n’est pas un numéro de téléphone.",
  numberShort: "C’est un numéro court d’un réseau. Votre application SMS peut lui écrire.",
  numberDialed: "C’est un code à composer : aucun message n’y arrive.",
  numberExtension: "C’est un poste interne : aucun message n’y arrive.",
};
