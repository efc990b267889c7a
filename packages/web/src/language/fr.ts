// French. People are addressed as “vous”; spaces before : ; ? and inside « » are no-break ones, as a test holds.

import type { Catalogue } from "./en.ts";
import { contactWords } from "./fr-contacts.ts";
import { conversing } from "./fr-conversing.ts";
import { errors } from "./fr-errors.ts";
import { leaving } from "./fr-leaving.ts";
import { locking } from "./fr-locking.ts";
import { relaying } from "./fr-relaying.ts";
import { turningOn } from "./fr-turning-on.ts";
import { waking } from "./fr-waking.ts";
import { plural } from "./plural.ts";

// “one” is 0 too; “many” is for millions, which take “de”.
const things: (count: number, forms: Record<"one" | "many" | "other", string>) => string =
  plural("fr");

export const fr: Catalogue = {
  appName: "Assent",
  errors,
  ...conversing,
  ...leaving,
  ...locking,
  ...relaying,
  ...waking,

  // Words used in several places.
  back: "Retour",
  cancel: "Annuler",
  close: "Fermer",
  tryAgain: "Réessayer",
  loading: "Chargement…",

  // Welcome
  welcomeTitle: "Écrivez à un numéro de téléphone.",
  welcomeTitleYes: "En privé, si vous dites oui.",
  welcomePoint1:
    "Désactivé tant que vous n’avez pas dit oui. Jusque-là, rien ne quitte cet appareil.",
  welcomePoint2:
    "Chiffré de bout en bout. Le service ne peut pas lire vos messages, et vos contacts ne lui sont jamais envoyés.",
  welcomePoint3:
    "Vous pouvez le constater : chaque octet que cette application envoie figure dans une liste, et désactiver supprime ce que le service détient.",
  welcomeImport: "Importer vos contacts",
  welcomeImportHint: "Depuis un fichier vCard (.vcf). Ils restent sur cet appareil.",
  welcomeStart: "Commencer",
  welcomeInstall: "Installer l’application",

  // The list of conversations
  conversations: "Messages",
  newMessage: "Nouveau message",
  search: "Rechercher",
  whatLeft: "Ce qui a quitté cet appareil",
  settings: "Réglages",
  noConversations: "Commencez par un numéro de téléphone.",
  noConversationsHint: "Les messages que vous écrivez ou recevez apparaissent ici.",
  chooseConversation: "Choisissez une conversation",
  unread: (count) => things(count, { one: "# non lu", many: "# non lus", other: "# non lus" }),
  previewDraft: "Brouillon :",
  previewYou: "Vous :",

  // The banner above the list
  bannerOff: "Les messages privés sont désactivés",
  bannerOffHint: "Cette application n’a rien envoyé.",
  bannerOffAfterHint: "Cette application n’envoie rien.",
  bannerUnproved: "Votre numéro n’est pas encore confirmé",
  bannerVerifying: "Saisissez le code reçu par SMS",
  bannerVerifyingHint: "Les messages privés seront alors activés.",
  bannerOn: "Les messages privés sont activés",
  bannerOnHint: "Désactivez-les quand vous voulez. Ce que le service détient est alors supprimé.",
  bannerServiceEnds: (date) => `Ce service prend fin le ${date}`,
  bannerServiceEndsHint: "Ensuite, vos messages partiront par SMS. Ce qui est ici reste ici.",
  bannerServiceEnded: "Ce service a pris fin",
  bannerServiceEndedHint: "Les messages partent maintenant par SMS. Ce qui est ici reste ici.",
  bannerOffline: "Pas de connexion",
  bannerOfflineHint: "Les messages que vous écrivez partiront dès qu’il y en aura une.",
  bannerPaused: "Les règles ont changé",
  bannerPausedHint: "Les messages privés sont en pause jusqu’à votre réponse.",
  bannerLeaving: "Désactivé ici dès maintenant",
  bannerLeavingHint: "La suppression sur le serveur attend une connexion.",
  bannerEnded: "Un autre téléphone a maintenant ce numéro",
  bannerEndedHint: "Les messages privés sont désactivés ici. Vous pouvez les réactiver.",
  bannerLeft: "Les messages privés ont été désactivés",
  bannerLeftHint: "Par une copie de cet appareil. Vous pouvez les réactiver.",
  bannerLeftByNumberHint:
    "Par une personne qui a reçu un code à ce numéro. Vous pouvez les réactiver.",
  bannerUnknown: "Le service ne connaît plus cet appareil",
  bannerAction: "Ouvrir",
  switchLabel: "Messages privés",
  on: "Activé",
  off: "Désactivé",

  // New message
  newMessageTo: "À",
  newMessageHint: "Un numéro de téléphone, ou un nom de vos contacts",
  newMessageNumber: (number) => `Écrire à ${number}`,
  routePrivate: "Privé",
  routeSms: "SMS",
  routeUnchecked: "Non testé",

  // A thread
  messagesWith: (name) => `Messages avec ${name}`,
  privateVerified: "Privé · vérifié",
  textMessage: "Message texte (SMS)",
  linePrivate: "Privé",
  linePrivateHint: "chiffré de bout en bout",
  linePrivateVerifiedHint: "vous deux seuls pouvez le lire",
  lineSms: "SMS",
  lineSmsHint: "non chiffré, votre opérateur peut le lire",
  lineChecking: "Test en cours",
  lineCheckingHint: "pour savoir si ce numéro est joignable en privé",
  lineUnchecked: "Non testé",
  lineUncheckedHint: "il n’y a pas de connexion ; le message partira en privé ou pas du tout",
  lineChanged: "Ceci a changé pendant que vous écriviez.",
  commaBetween: ", ",
  colonAfter: " : ",
  lineSeen: "J’ai vu",
  useSms: "Envoyer plutôt par SMS",
  writePrivate: "Message privé",
  writeSms: "Message texte",
  send: "Envoyer",
  sendPrivateLabel: "Envoyer en privé",
  sendSmsLabel: "Envoyer par SMS, non chiffré",
  today: "Aujourd’hui",
  newTexts: "Nouveaux messages",
  jumpToLatest: "Aller au plus récent",
  stateQueued: "Envoi en cours",
  stateWaiting: "Sera envoyé une fois en ligne",
  stateHeldUp: "En attente",
  stateSent: "Envoyé",
  stateDelivered: "Distribué",
  stateRead: "Lu",
  stateNotDelivered: "Non distribué",
  stateNotKnown: "Distribution incertaine",
  stateTakingBack: "Retrait en cours",
  stateTaken: "Sur le téléphone du destinataire",
  stateHandoff: "Transmis à votre application SMS",
  copy: "Copier",
  copied: "Copié",
  handoffAsk: "Votre application SMS s’est-elle ouverte ?",
  handoffAgain: "Ouvrir à nouveau",
  handoffScan: "L’envoyer depuis votre téléphone : scannez ce code",
  sms: "SMS",
  fromYou: "Vous",
  notUnderstood:
    "Ce qui a été envoyé ici ne peut pas être affiché par cette version de l’application.",
  notOpened: "Quelque chose est arrivé qui n’a pas pu être ouvert ici.",
  unseenText: "Un message sans caractère visible.",
  unsentText: "Ce message a été retiré par son expéditeur.",
  noticeKeyChanged: "La clé de ce numéro a changé : un nouveau téléphone, ou une autre personne.",
  noticeRestarted: "La conversation a été recommencée.",
  noticeMissing: (count) =>
    things(count, {
      one: "# chose qui vous a été envoyée n’est pas encore arrivée.",
      many: "# de choses qui vous ont été envoyées ne sont pas encore arrivées.",
      other: "# choses qui vous ont été envoyées ne sont pas encore arrivées.",
    }),
  keyChangedTitle: "La clé de ce numéro a changé",
  keyChangedHint:
    "Un nouveau téléphone, ou une autre personne. Posez la question avant de continuer.",
  acceptKey: "Accepter la nouvelle clé",
  blockedTitle: "Vous avez bloqué ce numéro",
  unblock: "Débloquer",
  smsInsteadTitle: "Envoyer plutôt par SMS ?",
  smsInsteadLost:
    "Le message n’est alors plus chiffré : votre opérateur peut le lire, et peut le facturer.",
  smsSegments: (count) =>
    things(count, {
      one: "Cela fait # SMS.",
      many: "Cela fait # de SMS.",
      other: "Cela fait # SMS.",
    }),

  ...contactWords,

  // A person
  person: "Personne",
  personName: "Nom",
  personNameHint: "Uniquement sur cet appareil",
  save: "Enregistrer",
  personRoute: "Joignable",
  checkNow: "Tester maintenant",
  verify: "Vérifier",
  verifyHint: "Comparez des chiffres pour être sûrs que vous deux seuls pouvez lire.",
  verified: "Vérifié",
  mute: "Mettre en sourdine",
  muteHint: "Ni notification, ni son, ni décompte dans le titre.",
  block: "Bloquer",
  blockHint: "Ce qui vient de ce numéro est ignoré. La personne n’en est pas informée.",

  // Verify
  verifyTitle: (name) => `Vérifier ${name}`,
  verifyHow:
    "Comparez ces chiffres avec ceux de l’autre écran, côte à côte ou lors d’un appel. S’ils sont identiques, personne ne se tient entre vous.",
  verifyQr: "Les chiffres sous forme de code QR",
  verifyNotYet: "Il y aura des chiffres à comparer une fois que vous vous serez écrit en privé.",
  verifySame: "Ils sont identiques",
  verifyUndo: "Retirer la vérification",
  verifyCamera: "Lire son code",
  verifyCameraHow:
    "Placez cet appareil devant l’autre écran. Ce que voit la caméra reste ici et n’est pas conservé.",
  verifyCameraStop: "Arrêter la caméra",
  verifyCameraRefused:
    "La caméra n’est pas disponible. Autorisez-la dans le navigateur, ou comparez les chiffres.",
  verifyDifferent:
    "C’est un autre code. Assurez-vous que c’est bien celui de cette conversation. Si oui, ne vous y fiez pas.",

  // Search
  searchLabel: "Rechercher dans les messages de cet appareil",
  searchIn: (name) => `Rechercher dans les messages avec ${name}`,
  searchHint: "Rien de ce que vous cherchez ne quitte cet appareil.",
  searchNone: "Aucun message ne contient ces mots.",
  searchMore: "Rechercher dans les messages plus anciens",
  searchFound: (count) =>
    things(count, { one: "# message", many: "# de messages", other: "# messages" }),

  ...turningOn,

  // Further purposes
  askReceiptsTitle: "Prévenir les gens quand vous lisez leurs messages ?",
  askReceiptsWhat:
    "Si c’est activé, les personnes avec qui vous échangez voient « Lu » quand vous ouvrez leurs messages, chiffré comme un message. Vous pouvez y renoncer à tout moment. Vous pouvez écrire dans les deux cas.",
  askReceiptsYes: "Envoyer des accusés de lecture",
  askReceiptsNo: "Ne pas en envoyer",

  // Settings
  settingsPrivate: "Messages privés",
  settingsNumber: "Votre numéro",
  settingsConsent: "Votre oui",
  settingsConsentGiven: (date, version) => `${date}, aux règles, version ${version}`,
  settingsReceipts: "Accusés de lecture",
  settingsReceiptsHint: "Les personnes avec qui vous échangez voient « Lu ».",
  settingsTurnOff: "Désactiver et supprimer",
  settingsTurnOn: "Activer",
  settingsReceipt: "Reçu de la dernière suppression",
  settingsNotifications: "Notifications",
  notificationsShow: "Afficher les notifications",
  notificationsShowHint:
    "Tant que l’application est ouverte et que vous regardez ailleurs. Rien n’est envoyé pour cela.",
  notificationsDenied:
    "Votre navigateur ne les autorise pas ici. Vous pouvez changer cela dans ses réglages.",
  notificationsWords: "Afficher le texte du message",
  notificationsWordsHint: "Sinon, seulement qui a écrit.",
  notificationsSound: "Son",
  notificationsSoundHint: "Un son bref à l’arrivée d’un message.",
  settingsContacts: "Contacts",
  settingsContactsHint: "Ils ne quittent jamais cet appareil.",
  settingsImport: "Importer un fichier vCard",
  settingsLook: "Apparence",
  themeSystem: "Comme le système",
  themeLight: "Clair",
  themeDark: "Sombre",
  settingsLanguage: "Langue",
  settingsAbout: "À propos",
  settingsAboutHint:
    "Une application web fait confiance au service d’où elle a été chargée. Le client en ligne de commande n’y est pas obligé.",
  storagePersistent: "Ce navigateur conserve vos messages.",
  storageBestEffort:
    "Ce navigateur peut supprimer vos messages s’il manque d’espace. Installer l’application aide à l’éviter.",

  // When the phone cannot be opened
  inUseTitle: "Assent est ouvert dans un autre onglet",
  inUseHint: "Un seul onglet à la fois peut écrire, pour qu’aucune clé ne serve jamais deux fois.",
  useHere: "Utiliser ici",
  takenOverTitle: "Un autre onglet a pris le relais",
  takenOverHint: "Vos messages sont maintenant là-bas.",
  storageTitle: "Vos messages ne peuvent pas être ouverts",
  storageHint: "Libérez de l’espace, puis réessayez. Rien n’a été supprimé.",
  damagedTitle: "La copie de ce navigateur est endommagée ou a disparu",
  damagedHint:
    "Vous pouvez repartir de zéro : les messages et contacts de cet appareil sont alors supprimés.",
  startAfresh: "Repartir de zéro",

  // Updating
  updateReady: "Une nouvelle version est prête",
  updateNow: "Mettre à jour",
};
