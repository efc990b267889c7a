// French: being told of texts while the app is closed.
import type { waking as english } from "./en-waking.ts";
import type { Translated } from "./translated.ts";

export const waking: Translated<typeof english> = {
  wakingName: "Quand l’application est fermée",
  wakingHint: "L’éditeur de votre navigateur apprend alors quand quelque chose arrive.",
  wakingAskTitle: "Vous prévenir des messages quand l’application est fermée ?",
  wakingAskWhat:
    "Votre navigateur demande une adresse au service push de son éditeur, et notre serveur la garde. Quand quelque chose arrive, notre serveur le dit à ce service push, qui réveille votre navigateur.",
  wakingAskLearns:
    "Le service push apprend que quelque chose est arrivé, quand, et pour quelle adresse. Il n’apprend jamais ce qui est écrit, ni qui a écrit.",
  wakingAskBack:
    "Vous pouvez revenir sur ce choix ici à tout moment. L’adresse est alors abandonnée.",
  wakingAskYes: "Oui, me prévenir",
  wakingAskNo: "Non",
  wakingFailed:
    "Cela n’a pas marché : votre navigateur n’a pas reçu d’adresse que ce service puisse utiliser.",
  wokenText: "Nouveau message",
  wokenHint: "Ouvrez l’application pour le lire.",
};
