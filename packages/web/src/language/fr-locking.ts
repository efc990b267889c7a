// French: the app lock.
import type { locking as english } from "./en-locking.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things = plural("fr");

export const locking: Translated<typeof english> = {
  lockName: "Verrou de l’application",
  lockSwitch: "Verrouiller l’application",
  lockHint: "Cet appareil demande qui vous êtes avant d’ouvrir l’application.",
  lockAskTitle: "Verrouiller l’application sur cet appareil ?",
  lockAskWhat:
    "Elle s’ouvre avec votre doigt, votre visage ou votre code PIN, comme votre appareil vous connaît. Elle se verrouille au démarrage, et quand elle est restée hors de vue un moment. Les notifications disent alors seulement que quelque chose est arrivé.",
  lockAskNot:
    "Cela écarte quiconque prend cet appareil en main. Rien de plus n’est chiffré, et une personne qui connaît bien les navigateurs peut y échapper.",
  lockAskPasskey:
    "Votre appareil garde pour cela une clé d’accès, qui nomme ce service. Son fabricant peut la copier sur vos autres appareils.",
  lockAskLost:
    "Si votre appareil ne vous reconnaît plus, il ne reste qu’à recommencer : tout ce qui est ici dans l’application est alors supprimé.",
  lockAskYes: "Oui, la verrouiller",
  lockAskNo: "Non",
  lockFailed: "Votre appareil ne vous a pas reconnu.",
  lockAfter: "Quand elle se verrouille",
  lockAtOnce: "Dès qu’elle est hors de vue",
  lockAfterMinutes: (count) =>
    things(count, {
      one: "Après # minute hors de vue",
      many: "Après # de minutes hors de vue",
      other: "Après # minutes hors de vue",
    }),
  lockNow: "Verrouiller maintenant",
  lockedTitle: "Verrouillée",
  lockedHint:
    "Les messages arrivent toujours. Vous les voyez une fois l’application déverrouillée.",
  lockOpen: "Déverrouiller",
  lockLost: "Je ne peux pas la déverrouiller",
  lockLostTry:
    "Votre appareil accepte peut-être son code PIN ou son mot de passe à la place. Redémarrer le navigateur ou l’appareil peut aussi aider.",
  lockLostAnew:
    "Sinon, il ne reste qu’à recommencer : les messages, les contacts et les clés de cette application sont alors supprimés de cet appareil. Les messages privés reprennent quand vous prouvez de nouveau votre numéro ; ce qui vous attend jusque-là n’est pas remis.",
  lockBeginAnew: "Tout supprimer et recommencer",
};
