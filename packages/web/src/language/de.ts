// German. People are addressed as “du”; “privat”, “verschlüsselt” and “verifiziert” mean one thing each.
import { contactWords } from "./de-contacts.ts";
import { conversing } from "./de-conversing.ts";
import { errors } from "./de-errors.ts";
import { leaving } from "./de-leaving.ts";
import { locking } from "./de-locking.ts";
import { relaying } from "./de-relaying.ts";
import { turningOn } from "./de-turning-on.ts";
import { waking } from "./de-waking.ts";
import type { Catalogue } from "./en.ts";
import { plural } from "./plural.ts";

const things: (count: number, forms: Record<"one" | "other", string>) => string = plural("de");

export const de: Catalogue = {
  appName: "Assent",
  errors,
  ...conversing,
  ...leaving,
  ...locking,
  ...relaying,
  ...waking,

  // Words used in several places.
  back: "Zurück",
  cancel: "Abbrechen",
  close: "Schließen",
  tryAgain: "Noch einmal versuchen",
  loading: "Wird geladen…",

  // Welcome
  welcomeTitle: "Schreib an eine Telefonnummer.",
  welcomeTitleYes: "Privat, wenn du Ja sagst.",
  welcomePoint1: "Aus, bis du Ja sagst. Bis dahin verlässt nichts dieses Gerät.",
  welcomePoint2:
    "Ende-zu-Ende-verschlüsselt. Der Dienst kann deine Nachrichten nicht lesen, und deine Kontakte werden ihm nie gesendet.",
  welcomePoint3:
    "Du kannst es prüfen: Jedes Byte, das diese App sendet, wird aufgelistet, und beim Ausschalten wird gelöscht, was der Dienst hat.",
  welcomeImport: "Kontakte übernehmen",
  welcomeImportHint: "Aus einer vCard-Datei (.vcf). Sie bleiben auf diesem Gerät.",
  welcomeStart: "Los geht’s",
  welcomeInstall: "App installieren",

  // The list of conversations
  conversations: "Nachrichten",
  newMessage: "Neue Nachricht",
  search: "Suchen",
  whatLeft: "Was dieses Gerät verlassen hat",
  settings: "Einstellungen",
  noConversations: "Beginne mit einer Telefonnummer.",
  noConversationsHint: "Hier erscheinen Nachrichten, die du schreibst oder empfängst.",
  chooseConversation: "Wähle einen Chat",
  unread: (count) => things(count, { one: "1 ungelesen", other: "# ungelesen" }),
  previewDraft: "Entwurf:",
  previewYou: "Du:",

  // The banner above the list
  bannerOff: "Private Nachrichten sind aus",
  bannerOffHint: "Diese App hat nichts gesendet.",
  bannerOffAfterHint: "Diese App sendet nichts.",
  bannerUnproved: "Deine Nummer ist noch nicht bestätigt",
  bannerVerifying: "Gib den Code aus der SMS ein",
  bannerVerifyingHint: "Dann sind private Nachrichten an.",
  bannerOn: "Private Nachrichten sind an",
  bannerOnHint: "Du kannst sie jederzeit ausschalten. Was der Dienst hat, wird dann gelöscht.",
  bannerServiceEnds: (date) => `Dieser Dienst endet am ${date}`,
  bannerServiceEndsHint: "Von da an gehen deine Nachrichten als SMS. Was hier ist, bleibt hier.",
  bannerServiceEnded: "Diesen Dienst gibt es nicht mehr",
  bannerServiceEndedHint: "Nachrichten gehen jetzt als SMS. Was hier ist, bleibt hier.",
  bannerOffline: "Keine Verbindung",
  bannerOfflineHint: "Was du schreibst, wird gesendet, sobald es eine gibt.",
  bannerPaused: "Die Richtlinie hat sich geändert",
  bannerPausedHint: "Private Nachrichten pausieren, bis du antwortest.",
  bannerLeaving: "Hier schon ausgeschaltet",
  bannerLeavingHint: "Das Löschen auf dem Server wartet auf eine Verbindung.",
  bannerEnded: "Ein anderes Telefon hat diese Nummer jetzt",
  bannerEndedHint: "Private Nachrichten sind hier aus. Du kannst sie wieder einschalten.",
  bannerLeft: "Private Nachrichten wurden ausgeschaltet",
  bannerLeftHint: "Von einer Kopie dieses Geräts. Du kannst sie wieder einschalten.",
  bannerLeftByNumberHint:
    "Von jemandem, der unter dieser Nummer einen Code bekam. Du kannst sie wieder einschalten.",
  bannerUnknown: "Der Dienst kennt dieses Gerät nicht mehr",
  bannerAction: "Öffnen",
  switchLabel: "Private Nachrichten",
  on: "An",
  off: "Aus",

  // New message
  newMessageTo: "An",
  newMessageHint: "Eine Telefonnummer oder ein Name aus deinen Kontakten",
  newMessageNumber: (number) => `An ${number} schreiben`,
  routePrivate: "Privat",
  routeSms: "SMS",
  routeUnchecked: "Nicht geprüft",

  // A thread
  messagesWith: (name) => `Nachrichten mit ${name}`,
  privateVerified: "Privat · verifiziert",
  textMessage: "Textnachricht (SMS)",
  linePrivate: "Privat",
  linePrivateHint: "Ende-zu-Ende-verschlüsselt",
  linePrivateVerifiedHint: "nur ihr beide könnt es lesen",
  lineSms: "SMS",
  lineSmsHint: "nicht verschlüsselt, dein Mobilfunkanbieter kann sie lesen",
  lineChecking: "Wird geprüft",
  lineCheckingHint: "ob diese Nummer privat erreichbar ist",
  lineUnchecked: "Nicht geprüft",
  lineUncheckedHint: "keine Verbindung; die Nachricht wird privat gesendet oder gar nicht",
  lineChanged: "Das hat sich geändert, während du geschrieben hast.",
  commaBetween: ", ",
  colonAfter: ": ",
  lineSeen: "Ich habe es gesehen",
  useSms: "Stattdessen als SMS senden",
  writePrivate: "Private Nachricht",
  writeSms: "Textnachricht",
  send: "Senden",
  sendPrivateLabel: "Privat senden",
  sendSmsLabel: "Als SMS senden, nicht verschlüsselt",
  today: "Heute",
  newTexts: "Neue Nachrichten",
  jumpToLatest: "Zur neuesten Nachricht",
  stateQueued: "Wird gesendet",
  stateWaiting: "Wird gesendet, sobald du online bist",
  stateHeldUp: "Wartet",
  stateSent: "Gesendet",
  stateDelivered: "Zugestellt",
  stateRead: "Gelesen",
  stateNotDelivered: "Nicht zugestellt",
  stateNotKnown: "Zustellung ungewiss",
  stateTakingBack: "Wird zurückgeholt",
  stateTaken: "Ist auf dem anderen Telefon",
  stateHandoff: "An deine SMS-App übergeben",
  copy: "Kopieren",
  copied: "Kopiert",
  handoffAsk: "Hat sich deine SMS-App geöffnet?",
  handoffAgain: "Noch einmal öffnen",
  handoffScan: "Vom Telefon senden: scanne diesen Code",
  sms: "SMS",
  fromYou: "Du",
  notUnderstood: "Hier wurde etwas geschickt, das diese Version der App nicht zeigen kann.",
  notOpened: "Hier kam etwas an, das sich nicht öffnen ließ.",
  unseenText: "Eine Nachricht ohne sichtbare Zeichen.",
  unsentText: "Diese Nachricht wurde vom Absender zurückgenommen.",
  noticeKeyChanged:
    "Der Schlüssel dieser Nummer hat sich geändert: ein neues Telefon oder eine andere Person.",
  noticeRestarted: "Der Chat wurde neu begonnen.",
  noticeMissing: (count) =>
    things(count, {
      one: "Etwas, das dir geschickt wurde, ist noch nicht angekommen.",
      other: "# Dinge, die dir geschickt wurden, sind noch nicht angekommen.",
    }),
  keyChangedTitle: "Der Schlüssel dieser Nummer hat sich geändert",
  keyChangedHint: "Ein neues Telefon oder eine andere Person. Frag nach, bevor du weiterschreibst.",
  acceptKey: "Neuen Schlüssel annehmen",
  blockedTitle: "Du hast diese Nummer blockiert",
  unblock: "Blockierung aufheben",
  smsInsteadTitle: "Stattdessen als SMS senden?",
  smsInsteadLost:
    "Sie ist dann nicht mehr verschlüsselt: Dein Mobilfunkanbieter kann sie lesen und vielleicht etwas dafür berechnen.",
  smsSegments: (count) => things(count, { one: "Das ergibt 1 SMS.", other: "Das ergibt # SMS." }),

  ...contactWords,

  // A person
  person: "Person",
  personName: "Name",
  personNameHint: "Nur auf diesem Gerät",
  save: "Speichern",
  personRoute: "Erreichbarkeit",
  checkNow: "Jetzt prüfen",
  verify: "Verifizieren",
  verifyHint: "Vergleiche Ziffern, um sicher zu sein, dass nur ihr beide es lesen könnt.",
  verified: "Verifiziert",
  mute: "Stummschalten",
  muteHint: "Keine Benachrichtigung, kein Ton, kein Zähler im Titel.",
  block: "Blockieren",
  blockHint: "Was von dieser Nummer kommt, wird verworfen. Die Person erfährt es nicht.",

  // Verify
  verifyTitle: (name) => `${name} verifizieren`,
  verifyHow:
    "Vergleiche diese Ziffern mit denen auf dem anderen Bildschirm, nebeneinander oder bei einem Anruf. Sind es dieselben, steht niemand zwischen euch.",
  verifyQr: "Die Ziffern als QR-Code",
  verifyNotYet: "Ziffern zum Vergleichen gibt es, sobald ihr euch privat geschrieben habt.",
  verifySame: "Es sind dieselben",
  verifyUndo: "Verifizierung aufheben",
  verifyCamera: "Code der anderen Person lesen",
  verifyCameraHow:
    "Halte dieses Gerät vor den anderen Bildschirm. Was die Kamera sieht, bleibt hier und wird nicht aufbewahrt.",
  verifyCameraStop: "Kamera ausschalten",
  verifyCameraRefused:
    "Die Kamera ist nicht verfügbar. Erlaube sie im Browser, oder vergleiche die Ziffern.",
  verifyDifferent:
    "Das ist ein anderer Code. Prüfe, ob es der für dich ist. Wenn ja, vertraue diesem Chat nicht.",

  // Search
  searchLabel: "Nachrichten auf diesem Gerät durchsuchen",
  searchIn: (name) => `Nachrichten mit ${name} durchsuchen`,
  searchHint: "Nichts, wonach du suchst, verlässt dieses Gerät.",
  searchNone: "Keine Nachricht enthält diese Wörter.",
  searchMore: "Ältere Nachrichten durchsuchen",
  searchFound: (count) => things(count, { one: "1 Nachricht", other: "# Nachrichten" }),

  ...turningOn,

  // Further purposes
  askReceiptsTitle: "Mitteilen, wenn du Nachrichten liest?",
  askReceiptsWhat:
    "Ist das an, sehen die Leute, mit denen du schreibst, „Gelesen“, wenn du ihre Nachrichten öffnest, verschlüsselt wie eine Nachricht. Du kannst es jederzeit zurücknehmen. Schreiben kannst du so oder so.",
  askReceiptsYes: "Lesebestätigungen senden",
  askReceiptsNo: "Nicht senden",

  // Settings
  settingsPrivate: "Private Nachrichten",
  settingsNumber: "Deine Nummer",
  settingsConsent: "Dein Ja",
  settingsConsentGiven: (date, version) => `${date}, zu Richtlinie ${version}`,
  settingsReceipts: "Lesebestätigungen",
  settingsReceiptsHint: "Die Leute, mit denen du schreibst, sehen „Gelesen“.",
  settingsTurnOff: "Ausschalten und löschen",
  settingsTurnOn: "Einschalten",
  settingsReceipt: "Bestätigung der letzten Löschung",
  settingsNotifications: "Benachrichtigungen",
  notificationsShow: "Benachrichtigungen anzeigen",
  notificationsShowHint:
    "Solange die App offen ist und du woanders hinsiehst. Dafür wird nichts gesendet.",
  notificationsDenied:
    "Dein Browser lässt sie hier nicht zu. In seinen Einstellungen kannst du das ändern.",
  notificationsWords: "Nachrichtentext anzeigen",
  notificationsWordsHint: "Sonst steht dort nur, wer geschrieben hat.",
  notificationsSound: "Ton",
  notificationsSoundHint: "Ein kurzer Ton, wenn eine Nachricht kommt.",
  settingsContacts: "Kontakte",
  settingsContactsHint: "Sie verlassen dieses Gerät nie.",
  settingsImport: "vCard-Datei importieren",
  settingsLook: "Aussehen",
  themeSystem: "Wie das System",
  themeLight: "Hell",
  themeDark: "Dunkel",
  settingsLanguage: "Sprache",
  settingsAbout: "Über Assent",
  settingsAboutHint:
    "Eine Web-App vertraut dem Dienst, von dem sie geladen wurde. Das Programm für die Befehlszeile muss das nicht.",
  storagePersistent: "Dieser Browser behält deine Nachrichten.",
  storageBestEffort:
    "Dieser Browser löscht deine Nachrichten vielleicht, wenn ihm Platz fehlt. Es hilft, die App zu installieren.",

  // When the phone cannot be opened
  inUseTitle: "Assent ist in einem anderen Tab offen",
  inUseHint:
    "Nur ein Tab kann gleichzeitig schreiben, damit kein Schlüssel je zweimal benutzt wird.",
  useHere: "Hier verwenden",
  takenOverTitle: "Ein anderer Tab hat übernommen",
  takenOverHint: "Deine Nachrichten sind jetzt dort.",
  storageTitle: "Deine Nachrichten können nicht geöffnet werden",
  storageHint: "Schaff etwas Platz und versuch es dann noch einmal. Es wurde nichts gelöscht.",
  damagedTitle: "Die Kopie in diesem Browser ist beschädigt oder weg",
  damagedHint:
    "Du kannst neu anfangen: Nachrichten und Kontakte auf diesem Gerät werden dann gelöscht.",
  startAfresh: "Neu anfangen",

  // Updating
  updateReady: "Eine neue Version ist bereit",
  updateNow: "Jetzt aktualisieren",
};
