// French. People are addressed as “vous”; spaces before : ; ? and inside « » are no-break ones, as a test holds.
import type { Catalogue } from "./en.ts";
import { errors } from "./fr-errors.ts";
import { plural } from "./plural.ts";

// “one” is 0 too; “many” is for millions, which take “de”.
const things: (count: number, forms: Record<"one" | "many" | "other", string>) => string =
  plural("fr");

export const fr: Catalogue = {
  appName: "Assent",
  errors,

  // Words used in several places.
  back: "Retour",
  cancel: "Annuler",
  close: "Fermer",
  tryAgain: "Réessayer",
  loading: "Chargement…",

  // Welcome
  welcomeTitle: "Écrivez à un numéro de téléphone. En privé, si vous dites oui.",
  welcomePoint1:
    "Désactivé tant que vous n’avez pas dit oui. Jusque-là, rien ne quitte cet appareil.",
  welcomePoint2:
    "Chiffré de bout en bout. Le service ne peut pas lire vos messages, et vos contacts ne lui sont jamais envoyés.",
  welcomePoint3:
    "Vous pouvez le constater : chaque octet que cette application envoie figure dans une liste, et désactiver supprime ce que le service détient.",
  welcomeImport: "Ajouter vos contacts",
  welcomeImportHint: "Depuis un fichier vCard (.vcf). Ils restent sur cet appareil.",
  welcomeStart: "Commencer",
  welcomeInstall: "Installer l’application",
  contactsImported: (count) =>
    things(count, {
      one: "# numéro a maintenant un nom.",
      many: "# de numéros ont maintenant un nom.",
      other: "# numéros ont maintenant un nom.",
    }),
  contactsSkipped: (count) =>
    things(count, {
      one: "# n’a pas pu être utilisé.",
      many: "# n’ont pas pu être utilisés.",
      other: "# n’ont pas pu être utilisés.",
    }),

  // The list of conversations
  conversations: "Messages",
  newMessage: "Nouveau message",
  search: "Rechercher",
  whatLeft: "Ce qui a quitté cet appareil",
  settings: "Réglages",
  noConversations: "Commencez par un numéro de téléphone.",
  noConversationsHint: "Les messages que vous écrivez ou recevez apparaissent ici.",
  chooseConversation: "Choisissez une conversation, ou commencez par un numéro de téléphone.",
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
  newMessageNumber: (number) => `Écrire au ${number}`,
  newMessageNobody:
    "Personne dans vos contacts ne porte ce nom. Un numéro de téléphone commence par + et l’indicatif du pays.",
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
  sendSms: "SMS",
  sendPrivateLabel: "Envoyer en privé",
  sendSmsLabel: "Envoyer par SMS, non chiffré",
  today: "Aujourd’hui",
  newTexts: "Nouveaux messages",
  jumpToLatest: "Aller au plus récent",
  stateQueued: "Envoi en cours",
  stateWaiting: "Sera envoyé une fois en ligne",
  stateSent: "Envoyé",
  stateDelivered: "Distribué",
  stateRead: "Lu",
  stateNotDelivered: "Non distribué",
  stateNotKnown: "Distribution incertaine",
  stateHandoff: "Transmis à votre application SMS",
  copy: "Copier",
  copied: "Copié",
  handoffAsk: "Votre application SMS s’est-elle ouverte ?",
  handoffAgain: "Ouvrir à nouveau",
  handoffScan: "L’envoyer depuis votre téléphone : scannez ce code",
  sms: "SMS",
  fromYou: "Vous",
  threadEmpty: "Rien d’écrit pour l’instant.",
  notUnderstood:
    "Ce qui a été envoyé ici ne peut pas être affiché par cette version de l’application.",
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
  muteHint: "Ne compte pas comme non lu dans le titre.",
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

  // Search
  searchLabel: "Rechercher dans les messages de cet appareil",
  searchHint: "Rien de ce que vous cherchez ne quitte cet appareil.",
  searchNone: "Aucun message ne contient ces mots.",
  searchMore: "Rechercher dans les messages plus anciens",
  searchFound: (count) =>
    things(count, { one: "# message", many: "# de messages", other: "# messages" }),

  // Turn on
  turnOnTitle: "Activer les messages privés ?",
  turnOnChoice: "C’est vous qui choisissez. Vous pouvez écrire dans les deux cas.",
  turnOnAgainTitle: "Les règles ont changé. Garder les messages privés activés ?",
  turnOnAgainChoice: "C’est vous qui choisissez. Jusqu’à votre réponse, le service est en pause.",
  willSend: "Nous enverrons :",
  willSendWhat:
    "votre numéro de téléphone, votre oui signé, le code reçu par SMS, vos clés publiques, un nom d’appareil aléatoire ; une forme masquée d’un numéro à qui vous écrivez, ou qui vous écrit ; vos messages, chiffrés de sorte que seul leur destinataire puisse les lire ; un accusé de réception quand un message d’une personne avec qui vous échangez est arrivé ; lesquelles des adresses que vous avez données vous bloquez.",
  willNeverSend: "Nous n’enverrons jamais :",
  willNeverSendWhat:
    "vos contacts (les recherches sont masquées), vos anciens messages, votre position, ni aucun identifiant du matériel.",
  serverSees: "Notre serveur peut voir :",
  serverSeesWhat:
    "votre numéro pendant qu’il est vérifié, comme le voit votre opérateur ; que ce numéro s’est inscrit, quand un appareil est connecté, combien de numéros ont été recherchés, ainsi que la taille et l’heure de ce qui arrive pour lui. On ne lui dit pas qui l’a envoyé, il n’en garde aucune trace, et il ne peut pas le lire ; les adresses internet et les horaires pourraient laisser deviner qui.",
  howLong: "Combien de temps nous le gardons :",
  howLongWhat:
    "votre numéro, jusqu’à ce que le SMS contenant le code soit remis, et ce qui découle de ce numéro, pendant 10 minutes ; les messages, jusqu’à ce que votre appareil les ait, 31 jours au plus ; vos clés publiques, votre fiche scellée, le nom aléatoire de votre appareil, où il en est de la réception, sa dernière signature et ce que vous bloquez, jusqu’à ce que vous désactiviez ; combien de recherches et de SMS ont été utilisés, sous une clé, 20 jours au plus, même après la désactivation ; qu’un compte aléatoire a pris fin, 400 jours. Tant que l’horloge de notre serveur peut être fausse, ce qui est gardé des jours le reste jusqu’à ce qu’elle soit juste.",
  anyoneCanLearn: "Toute personne qui a ou devine votre numéro",
  anyoneCanLearnWhat: "peut apprendre que vous utilisez ceci.",
  policyNamed: (version, fingerprint) => `Règles, version ${version}, ${fingerprint}`,
  policyText: "Les règles, mot pour mot (en anglais)",
  turnOnYes: "Activer et vérifier mon numéro",
  turnOnAgainYes: "Garder activé",
  turnOnNo: "Laisser désactivé",
  turnOnAgainNo: "Désactiver",
  numberTitle: "Votre numéro",
  numberLabel: "Numéro de téléphone",
  numberHint: "Avec l’indicatif du pays, par exemple +44 7400 123456",
  sendCode: "M’envoyer le code",
  sendingCode: "Demande du code…",
  codeTitle: "Saisissez le code",
  codeSentTo: (number) => `Il a été envoyé par SMS au ${number}.`,
  codeLabel: "Code à 6 chiffres",
  checkCode: "Activer",
  checkingCode: "Création de vos clés…",
  codeAgain: "Envoyer un autre code",
  codeAgainIn: (seconds) =>
    things(seconds, {
      one: "Un autre code dans # seconde",
      many: "Un autre code dans # de secondes",
      other: "Un autre code dans # secondes",
    }),
  otherNumber: "Utiliser un autre numéro",
  doneTitle: "Les messages privés sont activés",
  doneHint:
    "Les messages aux personnes qui les ont aussi activés sont chiffrés de bout en bout, sans frais de SMS.",
  done: "Terminé",
  waitSeconds: (seconds) =>
    things(seconds, {
      one: "Réessayez dans # seconde.",
      many: "Réessayez dans # de secondes.",
      other: "Réessayez dans # secondes.",
    }),

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

  // What left this device
  ledgerTitle: "Ce qui a quitté cet appareil",
  ledgerSummary: (since, items, size) => `Depuis le ${since} : ${items}, ${size}.`,
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
  ledgerExport: "Exporter",
  ledgerClear: "Effacer la liste",
  ledgerClearTitle: "Effacer la liste ?",
  ledgerClearHint: "Seule cette liste est supprimée. Ce qui est parti est parti.",
  ledgerMore: "Afficher plus ancien",
  ledgerHolds: "Contient",
  ledgerWhy: "Pourquoi",
  ledgerReadable: "Qui peut le lire",
  ledgerKept: "Combien de temps c’est gardé",
  ledgerPurpose: "Finalité",
  ledgerTo: "À",
  ledgerLane: "Connexion",
  ledgerLaneAccount: "celle de votre compte",
  ledgerLaneAnonymous: "ne dit pas à qui elle est",
  ledgerBytes: (count) => things(count, { one: "# octet", many: "# d’octets", other: "# octets" }),
  ledgerRaw: "Octets bruts",
  ledgerInEnglish: "Les déclarations font partie du protocole et sont en anglais.",

  // Turn off
  turnOffTitle: "Désactiver les messages privés ?",
  turnOffStays: "Ce qui reste",
  turnOffStaysWhat: "Vos messages et vos contacts, sur cet appareil.",
  turnOffGoes: "Ce qui disparaît",
  turnOffGoesWhat:
    "Chez le service : la fiche de votre numéro, vos clés, vos appareils et les messages que vous n’avez pas reçus.",
  turnOffMeans: "Ce que cela implique",
  turnOffMeansWhat:
    "Les messages pour vous arrivent par SMS. Les personnes à qui vous avez écrit sont informées de votre départ.",
  turnOffYes: "Désactiver et supprimer",
  turnOffNo: "Garder activé",
  turningOff: "Suppression…",
  turnOffWaiting:
    "Désactivé ici dès maintenant. La suppression sur le serveur attend une connexion.",
  receiptTitle: "Reçu de la suppression",
  receiptDeleted: (date) => `Supprimé le ${date}`,
  receiptNumber: (digits) => `Le numéro qui finit par ${digits}`,
  receiptRecords: (count) =>
    things(count, { one: "# fiche", many: "# de fiches", other: "# fiches" }),
  receiptTags: (count) =>
    things(count, {
      one: "# marque de recherche",
      many: "# de marques de recherche",
      other: "# marques de recherche",
    }),
  receiptDevices: (count) =>
    things(count, { one: "# appareil", many: "# d’appareils", other: "# appareils" }),
  receiptKeyPackages: (count) =>
    things(count, {
      one: "# clé publique à usage unique",
      many: "# de clés publiques à usage unique",
      other: "# clés publiques à usage unique",
    }),
  receiptEnvelopes: (count) =>
    things(count, {
      one: "# message qui n’a pas été reçu",
      many: "# de messages qui n’ont pas été reçus",
      other: "# messages qui n’ont pas été reçus",
    }),
  receiptNotRecalled: "Ce que d’autres ont reçu reste chez eux.",
  receiptSigned: "Signé par le service ; la signature a été contrôlée sur cet appareil.",
  receiptProves: "Il prouve ce que le service a déclaré, pas ce qu’il a fait.",
  receiptDownload: "Télécharger le reçu",
  receiptNone: "Il n’y a pas de reçu : rien n’a encore été supprimé.",

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
