// French: SMS that the service sends.
import type { relaying as english } from "./en-relaying.ts";
import type { Translated } from "./translated.ts";

export const relaying: Translated<typeof english> = {
  relayName: "SMS par le service",
  relayHint: "Pour un appareil sans carte SIM. Les réponses vont à votre numéro, pas ici.",
  relayAskTitle: "Laisser le service envoyer vos SMS ?",
  relayAskWhat:
    "Les messages qui partent par SMS sont alors envoyés par le service, et non par une application SMS. Une fois les messages remis, il n’en garde ni numéro ni mot.",
  relayAskRead:
    "Ils ne sont pas chiffrés : ceux qui acheminent les SMS du service, et les opérateurs en chemin, peuvent les lire.",
  relayAskAnswers:
    "Chacun commence par votre numéro et dit que les réponses y vont. Elles arrivent sur le téléphone qui a ce numéro, pas ici.",
  relayAskBack:
    "Le service en envoie peu par jour. Vous pouvez revenir sur ce choix ici à tout moment.",
  relayAskYes: "Oui, par le service",
  relayAskNo: "Non",
  lineSmsRelayHint:
    "envoyé par le service, non chiffré ; les réponses vont à votre numéro, pas ici",
  smsInsteadRelayed:
    "Il n’est plus chiffré : le service l’envoie, et les opérateurs peuvent le lire. Les réponses vont à votre numéro, pas ici.",
  stateSentByService: "Envoyé par SMS par le service",
};
