// German: SMS that the service sends.
import type { relaying as english } from "./en-relaying.ts";
import type { Translated } from "./translated.ts";

export const relaying: Translated<typeof english> = {
  relayName: "SMS über den Dienst",
  relayHint: "Für ein Gerät ohne SIM-Karte. Antworten gehen an deine Nummer, nicht hierher.",
  relayAskTitle: "Soll der Dienst deine SMS senden?",
  relayAskWhat:
    "Nachrichten, die als SMS gehen, sendet dann der Dienst statt einer SMS-App. Sobald sie übergeben sind, hat er keine Nummer und kein Wort davon mehr.",
  relayAskRead:
    "Sie sind nicht verschlüsselt: Wer für den Dienst SMS befördert, und die Mobilfunkanbieter unterwegs, können sie lesen.",
  relayAskAnswers:
    "Jede beginnt mit deiner Nummer und sagt, dass Antworten an sie gehen. Sie kommen auf dem Telefon an, das die Nummer hat, nicht hier.",
  relayAskBack: "Der Dienst sendet wenige am Tag. Du kannst das hier jederzeit zurücknehmen.",
  relayAskYes: "Ja, über den Dienst",
  relayAskNo: "Nein",
  lineSmsRelayHint:
    "vom Dienst gesendet, nicht verschlüsselt; Antworten gehen an deine Nummer, nicht hierher",
  smsInsteadRelayed:
    "Sie ist nicht mehr verschlüsselt: Der Dienst sendet sie, und Mobilfunkanbieter können sie lesen. Antworten gehen an deine Nummer, nicht hierher.",
  stateSentByService: "Vom Dienst als SMS gesendet",
};
