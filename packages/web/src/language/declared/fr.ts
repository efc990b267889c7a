// French: what the egress manifest declares.
import type { DeclaredWords } from "./declared-words.ts";

export const declared: DeclaredWords = {
  purposes: {
    service: "messages privés",
    discovery: "trouver vos contacts",
    receipts: "accusés de lecture",
    push: "être prévenu quand l’application est fermée",
    "sms-relay": "SMS par le service",
  },
  between: " ; ",
  phrases: {
    // Why
    "to learn the service's public keys": "pour connaître les clés publiques du service",
    "to send you a code by SMS": "pour vous envoyer un code par SMS",
    "to prove that the number is yours": "pour prouver que le numéro est le vôtre",
    "to be found under the service's new key without another SMS":
      "pour être trouvé sous la nouvelle clé du service, sans autre SMS",
    "so that people who have your number can reach you":
      "pour que les personnes qui ont votre numéro puissent vous joindre",
    "to keep what people find under your number up to date":
      "pour tenir à jour ce que l’on trouve sous votre numéro",
    "to begin anew after this device was set back to an earlier state":
      "pour repartir à neuf après le retour de cet appareil à un état antérieur",
    "to leave": "pour quitter le service",
    "to leave without the phone": "pour quitter le service sans le téléphone",
    "so that people can start a conversation while you are away":
      "pour que l’on puisse commencer une conversation pendant votre absence",
    "to find out whether it can be reached privately":
      "pour savoir si le numéro peut être joint en privé",
    "to compare on this device whether a number is on the service":
      "pour comparer, sur cet appareil, si un numéro est sur le service",
    "to get the public key of the person you text, or who texted you":
      "pour obtenir la clé publique de la personne à qui vous écrivez, ou qui vous a écrit",
    "to start a conversation": "pour commencer une conversation",
    "to open a connection for sending that does not say whose it is":
      "pour ouvrir une connexion d’envoi qui ne dit pas à qui elle est",
    "to send": "pour envoyer",
    "to learn whether texts you sent still wait, or were lost":
      "pour savoir si des messages que vous avez envoyés attendent encore, ou se sont perdus",
    "to take back a text that no device of the recipient has, so that it can go another way":
      "pour reprendre un message qu’aucun appareil du destinataire n’a, afin qu’il parte par une autre voie",
    "to notice a connection that is dead": "pour remarquer qu’une connexion est morte",
    "to open a connection for receiving": "pour ouvrir une connexion de réception",
    "to receive what waits for this device": "pour recevoir ce qui attend cet appareil",
    "so that the service deletes it": "pour que le service efface ce qui est arrivé",
    "to give the people you write with the right to write to you":
      "pour donner aux personnes avec qui vous échangez le droit de vous écrire",
    "so that what comes through them is dropped":
      "pour que ce qui arrive par ces adresses soit ignoré",
    "so that your browser is woken when something comes while the app is closed":
      "pour que votre navigateur soit réveillé si quelque chose arrive quand l’application est fermée",
    "so that the service forgets where to wake your browser":
      "pour que le service oublie où réveiller votre navigateur",
    "to get an address at which your browser can be woken":
      "pour obtenir une adresse où votre navigateur peut être réveillé",
    "to give that address up": "pour abandonner cette adresse",
    "so that an SMS is sent once, also where an answer is lost":
      "pour qu’un SMS ne parte qu’une fois, même si une réponse se perd",
    "to have an SMS sent for you, where this device has no SIM":
      "pour faire envoyer un SMS à votre place, cet appareil n’ayant pas de carte SIM",
    "to learn whether an SMS that was sent for you arrived":
      "pour savoir si un SMS envoyé à votre place est arrivé",

    // Who can read it
    "the service": "le service",
    "the registration room; your carrier, as an SMS":
      "le guichet d’inscription du service ; votre opérateur, en tant que SMS",
    "the registration room": "le guichet d’inscription du service",
    "the service; the record only by who knows your number":
      "le service ; la fiche, seulement qui connaît votre numéro",
    "the service, and whoever starts a conversation with you":
      "le service, et quiconque commence une conversation avec vous",
    "the number by nobody; the rest by the service, which counts it":
      "le numéro, personne ; le reste, le service, qui compte",
    "the service, which cannot tell the number from it unless it abuses its key":
      "le service, qui ne peut pas en tirer le numéro sans abuser de sa clé",
    "the service, which is not told who asks": "le service, à qui l’on ne dit pas qui demande",
    "the content only by the recipient; size, time, mailbox, and that what goes over one connection has one sender, by the service":
      "le contenu, seulement le destinataire ; la taille, l’heure, la boîte, et le fait que tout ce qui passe par une connexion vient d’un seul expéditeur, le service",
    "the service, which also sees that what is asked over one connection has one sender":
      "le service, qui voit aussi que tout ce qui est demandé par une connexion vient d’un seul expéditeur",
    "the service, which also sees that what goes over one connection has one sender":
      "le service, qui voit aussi que tout ce qui passe par une connexion vient d’un seul expéditeur",
    "the service, which gives your browser's push service nothing but random bytes":
      "le service, qui ne donne au service push de votre navigateur que des octets aléatoires",
    "the push service of your browser's maker, which learns that this browser wants to be woken for this service; later, when":
      "le service push de l’éditeur de votre navigateur, qui apprend que ce navigateur veut être réveillé pour ce service ; plus tard, quand",
    "the push service of your browser's maker": "le service push de l’éditeur de votre navigateur",
    "the registration room; whoever carries SMS for this service, and the recipient's carrier, as an SMS":
      "le guichet d’inscription du service ; en tant que SMS, qui achemine les SMS de ce service, et l’opérateur du destinataire",

    // How long it is kept
    "not kept": "n’est pas gardé",
    "the number until the SMS is handed over; what follows from it for 10 minutes, sealed under a secret that only your device keeps; how many SMS the number was sent, counted under a key, 20 days at most; where you ask for no codes ever, a mark of the number under a key, for good":
      "le numéro, jusqu’à ce que le SMS soit remis ; ce qui en découle, 10 minutes, scellé par un secret que seul votre appareil garde ; combien de SMS le numéro a reçus, comptés sous une clé, 20 jours au plus ; si vous ne voulez plus jamais de code, une marque du numéro sous une clé, pour toujours",
    "the number while it is compared; the rest is not kept":
      "le numéro, pendant qu’il est comparé ; le reste n’est pas gardé",
    "until you turn off": "jusqu’à ce que vous désactiviez",
    "public keys until used, or until you turn off":
      "les clés publiques, jusqu’à ce qu’elles servent ou que vous désactiviez",
    "the ids of account and mailboxes, so that senders learn that you left, for 400 days":
      "les identifiants du compte et des boîtes, 400 jours, pour que les expéditeurs apprennent que vous êtes parti",
    "until used, or until you turn off": "jusqu’à ce qu’elles servent, ou que vous désactiviez",
    "how many lookups were used, 20 days at most":
      "combien de recherches ont été utilisées, 20 jours au plus",
    "until the recipient has it, 31 days at most":
      "jusqu’à ce que le destinataire l’ait, 31 jours au plus",
    "for 30 days, that what you took back is not to be delivered":
      "pendant 30 jours, que ce que vous avez repris ne doit pas être remis",
    "the last signature and its counter, until the next; a key to come back by, for a day":
      "la dernière signature et son compteur, jusqu’à la suivante ; une clé pour revenir, pendant un jour",
    "the position, until you turn off": "la position, jusqu’à ce que vous désactiviez",
    "until you unblock, or turn off": "jusqu’à ce que vous débloquiez, ou désactiviez",
    "sealed, until you take this back, turn off, or the push service says that it is no more":
      "scellé, jusqu’à ce que vous reveniez sur ce choix, désactiviez, ou que le service push dise que l’adresse n’existe plus",
    "as that push service does": "comme le fait ce service push",
    "both numbers and the text in memory until the SMS was handed over; that you had one sent, and what became of it, 3 days; how many SMS you had sent and the recipient got, counted under a key, 20 days at most":
      "les deux numéros et le texte, en mémoire, jusqu’à ce que le SMS soit remis ; le fait que vous en avez fait envoyer un, et ce qu’il est devenu, 3 jours ; combien de SMS vous avez fait envoyer et le destinataire a reçus, comptés sous une clé, 20 jours au plus",

    // What it holds
    "which version of the contract this app speaks":
      "quelle version du protocole cette application parle",
    "what the number is proved for": "ce pour quoi le numéro est prouvé",
    "your number, and your invitation if you have one, sealed to the registration room":
      "votre numéro, et votre code d’invitation si vous en avez un, scellés pour le guichet d’inscription",
    "your signed consent, with your account's public key":
      "votre oui signé, avec la clé publique de votre compte",
    "the work that the service asked your device for":
      "le calcul que le service a demandé à votre appareil",
    "the name of the try": "le nom de l’essai",
    "the code from the SMS": "le code reçu par SMS",
    "your device's id": "l’identifiant de votre appareil",
    "a counter of its requests": "un compteur de ses demandes",
    "proof that it was let in before": "la preuve qu’il a déjà été admis",
    "its signature": "sa signature",
    "your number, sealed to the registration room":
      "votre numéro, scellé pour le guichet d’inscription",
    "the proof of your number": "la preuve de votre numéro",
    "your sealed record": "votre fiche scellée",
    "your account's public key": "la clé publique de votre compte",
    "your device's public keys": "les clés publiques de votre appareil",
    "its random name": "son nom aléatoire",
    "what this app understands": "ce que cette application comprend",
    "your account's signature": "la signature de votre compte",
    "your account's id": "l’identifiant de votre compte",
    "one-time public keys of this device": "des clés publiques à usage unique de cet appareil",
    "a public key of this device for when those ran out":
      "une clé publique de cet appareil pour quand celles-ci sont épuisées",
    "one number you text, or that texts you, blinded so that the service cannot read it":
      "un numéro à qui vous écrivez, ou qui vous écrit, masqué de sorte que le service ne puisse pas le lire",
    "the name of a public file": "le nom d’un fichier public",
    "the lookup key of one number": "la clé de recherche d’un numéro",
    "the account id of the person you text":
      "l’identifiant du compte de la personne à qui vous écrivez",
    "nothing but the request": "rien que la demande",
    "the right to put into the recipient's mailbox":
      "le droit de déposer dans la boîte du destinataire",
    "a random id": "un identifiant aléatoire",
    "encrypted texts and receipts, padded":
      "des messages et des accusés chiffrés, complétés à une taille fixe",
    "whether it is worth waking somebody": "s’il vaut la peine de réveiller quelqu’un",
    "what the service answered when it took the text":
      "ce que le service a répondu en prenant le message",
    "what shows that the text is yours to take back":
      "ce qui montre que le message est à vous et peut être repris",
    "nothing but that somebody is there": "rien, sinon que quelqu’un est là",
    "up to where this device has received": "jusqu’où cet appareil a reçu",
    "how many addresses are wanted": "combien d’adresses sont voulues",
    "of which kind": "de quelle sorte",
    "the serials of addresses you gave out":
      "les numéros de série d’adresses que vous avez données",
    "nothing but that this device is there": "rien, sinon que cet appareil est là",
    "the address that your browser's push service gave to this app":
      "l’adresse que le service push de votre navigateur a donnée à cette application",
    "a public key of your browser for what comes there":
      "une clé publique de votre navigateur pour ce qui y arrive",
    "a secret for it": "un secret pour cela",
    "the service's public key for pushes, and what your browser adds of its own":
      "la clé publique du service pour les push, et ce que votre navigateur ajoute de lui-même",
    "the name that the service gave to the SMS": "le nom que le service a donné au SMS",
    "your number, the recipient's and the text, sealed to the registration room":
      "votre numéro, celui du destinataire et le texte, scellés pour le guichet d’inscription",
    "the names of SMS that were sent for you": "les noms des SMS envoyés à votre place",
  },
};
