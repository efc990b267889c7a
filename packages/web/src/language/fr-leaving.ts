// French: what left the device, and leaving.
import type { leaving as english } from "./en-leaving.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

// “one” is 0 too; “many” is for millions, which take “de”.
const things: (count: number, forms: Record<"one" | "many" | "other", string>) => string =
  plural("fr");

export const leaving: Translated<typeof english> = {
  // What left this device
  ledgerTitle: "Ce qui a quitté cet appareil",
  ledgerItems: (count) => things(count, { one: "# envoi", many: "# d’envois", other: "# envois" }),
  ledgerBefore: (count) =>
    things(count, {
      one: "Avant l’activation : # envoi de cette application.",
      many: "Avant l’activation : # d’envois de cette application.",
      other: "Avant l’activation : # envois de cette application.",
    }),
  ledgerEmpty: "Cette liste est vide.",
  ledgerBlind:
    "Ce que cette liste ne peut pas montrer : votre navigateur a récupéré cette application et cherche ses mises à jour. Cela révèle votre adresse internet.",
  ledgerFilter: "Afficher",
  ledgerAll: "Tout",
  ledgerOnlyTexts: "Messages",
  ledgerOnlyFinding: "Recherche de personnes",
  ledgerOnlyKeys: "Clés",
  ledgerExport: "Exporter",
  ledgerClear: "Effacer la liste",
  ledgerClearTitle: "Effacer la liste ?",
  ledgerClearHint: "Seule cette liste est supprimée. Ce qui est parti est parti.",
  ledgerMore: "Afficher plus ancien",
  ledgerHolds: "Contient",
  ledgerReadable: "Qui peut le lire",
  ledgerKept: "Combien de temps c’est gardé",
  ledgerPurpose: "Finalité",
  ledgerTo: "À",
  ledgerLane: "Connexion",
  ledgerLaneAccount: "celle de votre compte",
  ledgerLaneAnonymous: "ne dit pas à qui elle est",
  ledgerBytes: (count) => things(count, { one: "# octet", many: "# d’octets", other: "# octets" }),
  ledgerRaw: "Octets bruts",
  ledgerInItems: (items: string, since: string) => `en ${items} depuis le ${since}`,
  ledgerYes: "Vous avez dit oui",
  ledgerSealed: "Messages, scellés",
  ledgerFinding: "Recherche de personnes, masquée",
  ledgerKeys: "Clés et connexion",
  ledgerGrouped: "Ce qui est parti dans les mêmes secondes est réuni.",
  eventTexted: (name: string) => `Vous avez écrit à ${name}`,
  eventTextedMany: "Vous avez écrit à plusieurs personnes",
  eventSealed: "Messages et accusés, scellés",
  eventFinding: "Recherche d’un numéro",
  eventConnected: "Connexion maintenue",
  eventConnectedHint: "pour que les messages vous parviennent",
  eventOn: "Activation",
  eventOff: "Désactivation",
  eventRequestOnly: "requête seule",

  // Turn off
  turnOffTitle: "Désactiver les messages privés ?",
  turnOffStays: "Ce qui reste",
  turnOffStaysWhat: "Vos messages et vos contacts, sur cet appareil.",
  turnOffGoes: "Ce qui disparaît",
  turnOffGoesWhat:
    "Chez le service : la fiche de votre numéro, vos clés, vos appareils et les messages que vous n’avez pas reçus.",
  turnOffMeans: "Ce que cela implique",
  turnOffMeansWhat:
    "Les messages qui vous sont destinés arrivent par SMS. Les personnes à qui vous avez écrit sont informées de votre départ.",
  turnOffYes: "Désactiver et supprimer",
  turnOffNo: "Garder activé",
  turningOff: "Suppression…",
  turnOffWaiting:
    "Désactivé ici dès maintenant. La suppression sur le serveur attend une connexion.",
  receiptTitle: "Reçu de la suppression",
  receiptDeleted: (date) => `Supprimé le ${date}`,
  receiptNumber: (digits) => `Le numéro qui finit par ${digits}`,
  receiptNotRecalled: "Ce que d’autres ont reçu reste chez eux.",
  receiptSigned: "Signé par le service ; la signature a été contrôlée sur cet appareil.",
  receiptProves: "Il prouve ce que le service a déclaré, pas ce qu’il a fait.",
  receiptDownload: "Télécharger le reçu",
  receiptNone: "Il n’y a pas de reçu : rien n’a encore été supprimé.",
  receiptStamp: "Signature contrôlée ici",
  receiptShare: "Partager",
  receiptKept: "Ce reçu est gardé dans les réglages.",
  receiptSmsNow: "Les messages vous parviennent maintenant par SMS.",
  receiptStays: "Vos messages et contacts sont toujours sur cet appareil.",
  receiptRecords: "Fiche de votre numéro",
  receiptTags: "Repère de recherche",
  receiptDevices: "Appareil",
  receiptKeyPackages: "Clés publiques à usage unique",
  receiptEnvelopes: "Messages pas encore reçus",
};
