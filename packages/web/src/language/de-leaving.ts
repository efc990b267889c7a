// German: what left the device, and leaving.
import type { leaving as english } from "./en-leaving.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things: (count: number, forms: Record<"one" | "other", string>) => string = plural("de");

export const leaving: Translated<typeof english> = {
  // What left this device
  ledgerTitle: "Was dieses Gerät verlassen hat",
  ledgerItems: (count) => things(count, { one: "1 Sendung", other: "# Sendungen" }),
  ledgerBefore: (count) =>
    things(count, {
      one: "Vor dem Einschalten: 1 Sendung von dieser App.",
      other: "Vor dem Einschalten: # Sendungen von dieser App.",
    }),
  ledgerEmpty: "Diese Liste ist leer.",
  ledgerBlind:
    "Was diese Liste nicht zeigen kann: Dein Browser hat diese App geholt und sucht nach Updates. Das verrät deine Internetadresse.",
  ledgerFilter: "Anzeigen",
  ledgerAll: "Alles",
  ledgerOnlyTexts: "Nachrichten",
  ledgerOnlyFinding: "Personen finden",
  ledgerOnlyKeys: "Schlüssel",
  ledgerExport: "Exportieren",
  ledgerClear: "Liste leeren",
  ledgerClearTitle: "Liste leeren?",
  ledgerClearHint: "Nur diese Liste wird gelöscht. Was hinaus ist, ist hinaus.",
  ledgerMore: "Ältere zeigen",
  ledgerHolds: "Enthält",
  ledgerReadable: "Wer es lesen kann",
  ledgerKept: "Wie lange es behalten wird",
  ledgerPurpose: "Zweck",
  ledgerTo: "An",
  ledgerLane: "Verbindung",
  ledgerLaneAccount: "die deines Kontos",
  ledgerLaneAnonymous: "sagt nicht, wem sie gehört",
  ledgerBytes: (count) => things(count, { one: "1 Byte", other: "# Byte" }),
  ledgerRaw: "Rohdaten",
  ledgerInItems: (items: string, since: string) => `in ${items} seit ${since}`,
  ledgerYes: "Du hast Ja gesagt",
  ledgerSealed: "Nachrichten, versiegelt",
  ledgerFinding: "Personen finden, unkenntlich gemacht",
  ledgerKeys: "Schlüssel und Verbindung",
  ledgerGrouped: "Was in denselben Sekunden hinausging, steht zusammen.",
  eventTexted: (name: string) => `Du hast ${name} geschrieben`,
  eventTextedMany: "Du hast mehreren geschrieben",
  eventSealed: "Nachrichten und Bestätigungen, versiegelt",
  eventFinding: "Eine Nummer geprüft",
  eventConnected: "Verbunden geblieben",
  eventConnectedHint: "damit dich Nachrichten erreichen",
  eventOn: "Eingeschaltet",
  eventOff: "Ausgeschaltet",
  eventRequestOnly: "nur die Anfrage",

  // Turn off
  turnOffTitle: "Private Nachrichten ausschalten?",
  turnOffStays: "Was bleibt",
  turnOffStaysWhat: "Deine Nachrichten und Kontakte, auf diesem Gerät.",
  turnOffGoes: "Was verschwindet",
  turnOffGoesWhat:
    "Beim Dienst: der Eintrag deiner Nummer, deine Schlüssel, deine Geräte und Nachrichten, die du nicht empfangen hast.",
  turnOffMeans: "Was es bedeutet",
  turnOffMeansWhat:
    "Nachrichten an dich kommen per SMS. Wem du geschrieben hast, erfährt, dass du gegangen bist.",
  turnOffYes: "Ausschalten und löschen",
  turnOffNo: "Eingeschaltet lassen",
  turningOff: "Wird gelöscht…",
  turnOffWaiting:
    "Hier schon ausgeschaltet. Das Löschen auf dem Server wartet auf eine Verbindung.",
  receiptTitle: "Löschbestätigung",
  receiptDeleted: (date) => `Gelöscht am ${date}`,
  receiptNumber: (digits) => `Die Nummer, die auf ${digits} endet`,
  receiptNotRecalled: "Was andere empfangen haben, bleibt bei ihnen.",
  receiptSigned: "Vom Dienst signiert; die Signatur wurde auf diesem Gerät geprüft.",
  receiptProves: "Sie beweist, was der Dienst erklärt hat, nicht, was er getan hat.",
  receiptDownload: "Bestätigung herunterladen",
  receiptNone: "Es gibt keine Bestätigung: Es wurde noch nichts gelöscht.",
  receiptStamp: "Signatur hier geprüft",
  receiptShare: "Teilen",
  receiptKept: "Diese Bestätigung liegt in den Einstellungen.",
  receiptSmsNow: "Nachrichten an dich kommen jetzt als SMS.",
  receiptStays: "Deine Nachrichten und Kontakte sind noch auf diesem Gerät.",
  receiptRecords: "Eintrag deiner Nummer",
  receiptTags: "Suchmarke",
  receiptDevices: "Gerät",
  receiptKeyPackages: "Öffentliche Einmalschlüssel",
  receiptEnvelopes: "Noch nicht empfangene Nachrichten",
};
