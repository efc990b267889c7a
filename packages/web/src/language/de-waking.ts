// German: being told of texts while the app is closed.
import type { waking as english } from "./en-waking.ts";
import type { Translated } from "./translated.ts";

export const waking: Translated<typeof english> = {
  wakingName: "Wenn die App zu ist",
  wakingHint: "Der Hersteller deines Browsers erfährt dann, wann etwas kommt.",
  wakingAskTitle: "Nachrichten melden, wenn die App zu ist?",
  wakingAskWhat:
    "Dein Browser holt sich beim Push-Dienst seines Herstellers eine Adresse, und unser Server behält sie. Kommt etwas, sagt unser Server es diesem Push-Dienst, und der weckt deinen Browser.",
  wakingAskLearns:
    "Der Push-Dienst erfährt, dass etwas kam, wann und für welche Adresse. Was geschrieben wurde und von wem, erfährt er nie.",
  wakingAskBack: "Du kannst das hier jederzeit zurücknehmen. Die Adresse wird dann verworfen.",
  wakingAskYes: "Ja, melden",
  wakingAskNo: "Nein",
  wakingFailed:
    "Das ging nicht: Dein Browser hat keine Adresse bekommen, die dieser Dienst nutzen kann.",
  wokenText: "Neue Nachricht",
  wokenHint: "Öffne die App, um sie zu lesen.",
};
