// German: what one reads on the way to turning on.
import type { turningOn as english } from "./en-turning-on.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things: (count: number, forms: Record<"one" | "other", string>) => string = plural("de");

export const turningOn: Translated<typeof english> = {
  turnOnTitle: "Private Nachrichten einschalten?",
  turnOnChoice: "Du entscheidest. Schreiben kannst du so oder so.",
  turnOnAgainTitle: "Die Richtlinie hat sich geändert. Private Nachrichten eingeschaltet lassen?",
  turnOnAgainChoice: "Du entscheidest. Bis du antwortest, pausiert der Dienst.",
  willSend: "Wir werden senden",
  willSendShort:
    "Deine Nummer, öffentliche Schlüssel, einen zufälligen Gerätenamen; unkenntlich gemachte Nummern, verschlüsselte Nachrichten.",
  willSendWhat:
    "deine Telefonnummer, dein signiertes Ja, den Code aus der SMS, deine öffentlichen Schlüssel, einen zufälligen Gerätenamen; eine unkenntlich gemachte Form einer Nummer, der du schreibst oder die dir schreibt; deine Nachrichten, so verschlüsselt, dass nur ihr Empfänger sie lesen kann; eine Empfangsbestätigung, wenn eine Nachricht von jemandem angekommen ist, mit dem du schreibst; welche der Adressen, die du ausgegeben hast, du blockierst.",
  willNeverSend: "Wir werden nie senden",
  willNeverSendShort:
    "Deine Kontakte, alte Nachrichten, deinen Standort oder Kennungen der Hardware.",
  willNeverSendWhat:
    "deine Kontakte (Nummern werden vor dem Nachschlagen unkenntlich gemacht), deine alten Nachrichten, deinen Standort oder irgendeine Kennung der Hardware.",
  serverSees: "Unser Server kann sehen",
  serverSeesShort: "Dass diese Nummer dabei ist, wann du verbunden bist, Größe und Zeit.",
  serverSeesWhat:
    "deine Nummer, während sie verifiziert wird, wie auch dein Mobilfunkanbieter sie sieht; dass diese Nummer angemeldet wurde, wann ein Gerät verbunden ist, wie viele Nummern nachgeschlagen wurden, und Größe und Zeit dessen, was für sie ankommt. Wer es gesendet hat, erfährt er nicht und hält er nicht fest, und lesen kann er es nicht; Internetadressen und Zeitpunkte könnten darauf hindeuten, wer es war.",
  howLong: "Wie lange wir es behalten",
  howLongShort: "Nachrichten höchstens 31 Tage; Schlüssel und Eintrag, bis du ausschaltest.",
  howLongWhat:
    "deine Nummer, bis die SMS mit dem Code übergeben ist, und was aus der Nummer abgeleitet ist, 10 Minuten lang; Nachrichten, bis dein Gerät sie hat, höchstens 31 Tage; deine öffentlichen Schlüssel, deinen versiegelten Eintrag, den zufälligen Namen deines Geräts, wie weit es empfangen hat, seine letzte Signatur und was du blockierst, bis du ausschaltest; wie oft nachgeschlagen wurde und wie viele SMS gesendet wurden, unter einem Schlüssel, höchstens 20 Tage, auch wenn du ausgeschaltet hast; dass ein zufälliges Konto endete, 400 Tage. Solange die Uhr unseres Servers falsch gehen könnte, bleibt, was tagelang aufbewahrt wird, bis sie stimmt.",
  othersCanLearn: "Was andere erfahren können",
  othersCanLearnShort: "Wer deine Nummer hat oder errät, erfährt, dass du das nutzt.",
  whatChanged: "Was sich seit deinem Ja geändert hat",
  policyChange4:
    "Solange die Uhr unseres Servers falsch gehen könnte, bleibt, was tagelang aufbewahrt wird, bis sie stimmt.",
  policyChangeOther: "Der Wortlaut der Richtlinie. Sie steht vollständig darunter.",
  policyNamed: (version, fingerprint) => `Richtlinie ${version}, ${fingerprint}`,
  policyText: "Die Richtlinie im Wortlaut (Englisch)",
  turnOnKeysStay:
    "Mit derselben Nummer bleiben deine Schlüssel, deshalb wird niemand gewarnt. Wenn jemand anders eine Kopie dieses Geräts haben könnte, schalte private Nachrichten danach aus und wieder ein: Das macht neue Schlüssel.",
  operatorAfterYes:
    "Wer den Dienst betreibt und was dort zusätzlich gilt, wird nach deinem Ja abgefragt und angezeigt.",
  operatorTitle: "Wer den Dienst betreibt",
  operatorOwnWords: "In eigenen Worten: vom Dienst signiert, von niemandem geprüft.",
  operatorSupplement: "Zusätzlich zur Richtlinie",
  turnOnYes: "Einschalten und meine Nummer verifizieren",
  turnOnAgainYes: "Eingeschaltet lassen",
  turnOnNo: "Ausgeschaltet lassen",
  turnOnAgainNo: "Ausschalten",
  numberTitle: "Deine Nummer",
  numberLabel: "Telefonnummer",
  numberHint: "Wie man sie in diesem Land schreibt, oder mit + und der Ländervorwahl.",
  invitationLabel: "Einladung",
  invitationHint: "Von den Betreibern des Dienstes: vier Gruppen mit je vier Zeichen.",
  numberCarrier: "Dein Mobilfunkanbieter stellt den Code zu und kann ihn darum sehen.",
  sendCode: "Code schicken",
  sendingCode: "Code wird angefordert…",
  workFirst: "Dein Dienst verlangt zuerst ein wenig Rechenarbeit…",
  codeTitle: "Code eingeben",
  codeSentTo: (number) => `Er wurde per SMS an ${number} gesendet.`,
  codeLabel: "6-stelliger Code",
  codeHint: "Mit der letzten Ziffer ist es an.",
  checkCode: "Einschalten",
  checkingCode: "Deine Schlüssel werden erzeugt…",
  codeAgain: "Neuen Code schicken",
  codeAgainIn: (seconds) =>
    things(seconds, { one: "Neuer Code in 1 Sekunde", other: "Neuer Code in # Sekunden" }),
  otherNumber: "Andere Nummer verwenden",
  doneTitle: "Private Nachrichten sind an",
  doneHint:
    "Nachrichten an alle, bei denen sie auch an sind, sind Ende-zu-Ende-verschlüsselt und kosten keine SMS-Gebühren.",
  doneLeft: "Ansehen, was beim Einschalten gesendet wurde",
  doneUndo: "Anders überlegt?",
  doneUndoHint: "Jederzeit ausschalten, mit Löschbestätigung.",
  doneText: "Jemandem schreiben",
  done: "Zu den Nachrichten",
  waitSeconds: (seconds) =>
    things(seconds, {
      one: "Versuch es in 1 Sekunde noch einmal.",
      other: "Versuch es in # Sekunden noch einmal.",
    }),
};
