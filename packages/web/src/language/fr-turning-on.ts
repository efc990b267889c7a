// French: what one reads on the way to turning on.
import type { turningOn as english } from "./en-turning-on.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things: (count: number, forms: Record<"one" | "many" | "other", string>) => string =
  plural("fr");

export const turningOn: Translated<typeof english> = {
  turnOnTitle: "Activer les messages privés ?",
  turnOnChoice: "C’est vous qui choisissez. Vous pouvez écrire dans les deux cas.",
  turnOnAgainTitle: "Les règles ont changé. Garder les messages privés activés ?",
  turnOnAgainChoice: "C’est vous qui choisissez. Jusqu’à votre réponse, le service est en pause.",
  willSend: "Nous enverrons",
  willSendShort:
    "Votre numéro, vos clés publiques, un nom d’appareil aléatoire ; recherches masquées, messages chiffrés.",
  willSendWhat:
    "votre numéro de téléphone, votre oui signé, le code reçu par SMS, vos clés publiques, un nom d’appareil aléatoire ; une forme masquée d’un numéro à qui vous écrivez, ou qui vous écrit ; vos messages, chiffrés de sorte que seul leur destinataire puisse les lire ; un accusé de réception quand un message d’une personne avec qui vous échangez est arrivé ; lesquelles des adresses que vous avez données vous bloquez.",
  willNeverSend: "Nous n’enverrons jamais",
  willNeverSendShort:
    "Vos contacts, vos anciens messages, votre position ou un identifiant du matériel.",
  willNeverSendWhat:
    "vos contacts (les recherches sont masquées), vos anciens messages, votre position, ni aucun identifiant du matériel.",
  serverSees: "Notre serveur peut voir",
  serverSeesShort: "Que ce numéro est inscrit, quand vous êtes connecté, taille et heure.",
  serverSeesWhat:
    "votre numéro pendant qu’il est vérifié, comme le voit votre opérateur ; que ce numéro s’est inscrit, quand un appareil est connecté, combien de numéros ont été recherchés, ainsi que la taille et l’heure de ce qui arrive pour lui. On ne lui dit pas qui l’a envoyé, il n’en garde aucune trace, et il ne peut pas le lire ; les adresses internet et les horaires pourraient laisser deviner qui.",
  howLong: "Combien de temps nous le gardons",
  howLongShort: "Messages 31 jours au plus ; clés et fiche jusqu’à la désactivation.",
  howLongWhat:
    "votre numéro, jusqu’à ce que le SMS contenant le code soit remis, et ce qui découle de ce numéro, pendant 10 minutes ; les messages, jusqu’à ce que votre appareil les ait, 31 jours au plus ; vos clés publiques, votre fiche scellée, le nom aléatoire de votre appareil, où il en est de la réception, sa dernière signature et ce que vous bloquez, jusqu’à ce que vous désactiviez ; combien de recherches et de SMS ont été utilisés, sous une clé, 20 jours au plus, même après la désactivation ; qu’un compte aléatoire a pris fin, 400 jours. Tant que l’horloge de notre serveur peut être fausse, ce qui est gardé des jours le reste jusqu’à ce qu’elle soit juste.",
  othersCanLearn: "Ce que d’autres peuvent apprendre",
  othersCanLearnShort: "Quiconque a ou devine votre numéro apprend que vous utilisez ce service.",
  whatChanged: "Ce qui a changé depuis votre oui",
  policyChange4:
    "Tant que l’horloge de notre serveur peut être fausse, ce qui est gardé des jours le reste jusqu’à ce qu’elle soit juste.",
  policyChangeOther: "Le texte des règles. Il est en entier ci-dessous.",
  policyNamed: (version, fingerprint) => `Règles, version ${version}, ${fingerprint}`,
  policyText: "Les règles, mot pour mot (en anglais)",
  turnOnKeysStay:
    "Avec le même numéro, vos clés restent les mêmes, donc personne n’est averti. Si quelqu’un d’autre a peut-être une copie de cet appareil, désactivez ensuite les messages privés, puis réactivez-les : cela crée de nouvelles clés.",
  operatorAfterYes:
    "Qui gère le service, et ce qui s’ajoute à ces règles, est demandé et affiché après votre oui.",
  operatorTitle: "Qui gère le service",
  operatorOwnWords: "Dans ses propres mots, signés par le service. Personne ne les a contrôlés.",
  operatorSupplement: "En plus des règles",
  turnOnYes: "Activer et vérifier mon numéro",
  turnOnAgainYes: "Garder activé",
  turnOnNo: "Laisser désactivé",
  turnOnAgainNo: "Désactiver",
  numberTitle: "Votre numéro",
  numberLabel: "Numéro de téléphone",
  numberHint: "Comme on l’écrit dans ce pays, ou avec + et l’indicatif du pays.",
  invitationLabel: "Code d’invitation",
  invitationHint: "De la personne qui gère le service : quatre groupes de quatre caractères.",
  numberCarrier: "Votre opérateur transmet le code : il peut donc le voir.",
  sendCode: "M’envoyer le code",
  sendingCode: "Demande du code…",
  workFirst: "Votre service demande d’abord un petit calcul…",
  codeTitle: "Saisissez le code",
  codeSentTo: (number) => `Il a été envoyé par SMS au ${number}.`,
  codeLabel: "Code à 6 chiffres",
  codeHint: "L’activation se fait au dernier chiffre.",
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
  doneLeft: "Voir ce que l’activation a envoyé",
  doneUndo: "Vous avez changé d’avis ?",
  doneUndoHint: "Désactivez à tout moment, avec un reçu.",
  doneText: "Écrire à quelqu’un",
  done: "Aller aux messages",
  waitSeconds: (seconds) =>
    things(seconds, {
      one: "Réessayez dans # seconde.",
      many: "Réessayez dans # de secondes.",
      other: "Réessayez dans # secondes.",
    }),
};
