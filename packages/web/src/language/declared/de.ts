// German: what the egress manifest declares.
import type { DeclaredWords } from "./declared-words.ts";

export const declared: DeclaredWords = {
  purposes: {
    service: "private Nachrichten",
    discovery: "deine Kontakte finden",
    receipts: "Lesebestätigungen",
    push: "Bescheid bekommen, wenn die App zu ist",
    "sms-relay": "SMS über den Dienst",
  },
  between: "; ",
  phrases: {
    // Why
    "to learn the service's public keys": "um die öffentlichen Schlüssel des Dienstes zu erfahren",
    "to send you a code by SMS": "um dir einen Code per SMS zu schicken",
    "to prove that the number is yours": "um zu beweisen, dass die Nummer deine ist",
    "to be found under the service's new key without another SMS":
      "damit du auch unter dem neuen Schlüssel des Dienstes gefunden wirst, ohne weitere SMS",
    "so that people who have your number can reach you":
      "damit dich erreichen kann, wer deine Nummer hat",
    "to keep what people find under your number up to date":
      "damit aktuell bleibt, was andere unter deiner Nummer finden",
    "to begin anew after this device was set back to an earlier state":
      "um neu zu beginnen, nachdem dieses Gerät auf einen früheren Stand zurückgesetzt wurde",
    "to leave": "um den Dienst zu verlassen",
    "to leave without the phone": "um den Dienst ohne das Telefon zu verlassen",
    "so that people can start a conversation while you are away":
      "damit andere einen Chat beginnen können, während du weg bist",
    "to find out whether it can be reached privately":
      "um herauszufinden, ob die Nummer privat erreichbar ist",
    "to compare on this device whether a number is on the service":
      "um auf diesem Gerät zu vergleichen, ob eine Nummer beim Dienst ist",
    "to get the public key of the person you text, or who texted you":
      "um den öffentlichen Schlüssel der Person zu holen, der du schreibst oder die dir geschrieben hat",
    "to start a conversation": "um einen Chat zu beginnen",
    "to open a connection for sending that does not say whose it is":
      "um eine Verbindung zum Senden zu öffnen, die nicht sagt, wem sie gehört",
    "to send": "um zu senden",
    "to learn whether texts you sent still wait, or were lost":
      "um zu erfahren, ob Nachrichten von dir noch warten oder verloren gingen",
    "to take back a text that no device of the recipient has, so that it can go another way":
      "um eine Nachricht zurückzuholen, die noch kein Gerät des Empfängers hat, damit sie einen anderen Weg gehen kann",
    "to notice a connection that is dead": "um zu merken, wenn eine Verbindung tot ist",
    "to open a connection for receiving": "um eine Verbindung zum Empfangen zu öffnen",
    "to receive what waits for this device": "um zu empfangen, was auf dieses Gerät wartet",
    "so that the service deletes it": "damit der Dienst löscht, was angekommen ist",
    "to give the people you write with the right to write to you":
      "um denen, mit denen du schreibst, das Recht zu geben, dir zu schreiben",
    "so that what comes through them is dropped":
      "damit verworfen wird, was über diese Adressen kommt",
    "so that your browser is woken when something comes while the app is closed":
      "damit dein Browser geweckt wird, wenn etwas kommt, während die App zu ist",
    "so that the service forgets where to wake your browser":
      "damit der Dienst vergisst, wo er deinen Browser weckt",
    "to get an address at which your browser can be woken":
      "um eine Adresse zu bekommen, unter der dein Browser geweckt werden kann",
    "to give that address up": "um diese Adresse aufzugeben",
    "so that an SMS is sent once, also where an answer is lost":
      "damit eine SMS nur einmal gesendet wird, auch wenn eine Antwort verloren geht",
    "to have an SMS sent for you, where this device has no SIM":
      "um eine SMS für dich senden zu lassen, wo dieses Gerät keine SIM hat",
    "to learn whether an SMS that was sent for you arrived":
      "um zu erfahren, ob eine SMS ankam, die für dich gesendet wurde",

    // Who can read it
    "the service": "der Dienst",
    "the registration room; your carrier, as an SMS":
      "die Anmeldestelle des Dienstes; dein Mobilfunkanbieter, als SMS",
    "the registration room": "die Anmeldestelle des Dienstes",
    "the service; the record only by who knows your number":
      "der Dienst; den Eintrag nur, wer deine Nummer kennt",
    "the service, and whoever starts a conversation with you":
      "der Dienst und alle, die einen Chat mit dir beginnen",
    "the number by nobody; the rest by the service, which counts it":
      "die Nummer niemand; den Rest der Dienst, der mitzählt",
    "the service, which cannot tell the number from it unless it abuses its key":
      "der Dienst, der daraus die Nummer nicht ablesen kann, solange er seinen Schlüssel nicht missbraucht",
    "the service, which is not told who asks": "der Dienst, der nicht erfährt, wer fragt",
    "the content only by the recipient; size, time, mailbox, and that what goes over one connection has one sender, by the service":
      "den Inhalt nur der Empfänger; Größe, Zeit, Postfach und dass alles über eine Verbindung von einem Absender kommt, der Dienst",
    "the service, which also sees that what is asked over one connection has one sender":
      "der Dienst, der auch sieht, dass alles, was über eine Verbindung gefragt wird, von einem Absender kommt",
    "the service, which also sees that what goes over one connection has one sender":
      "der Dienst, der auch sieht, dass alles, was über eine Verbindung geht, von einem Absender kommt",
    "the service, which gives your browser's push service nothing but random bytes":
      "der Dienst, der dem Push-Dienst deines Browsers nur zufällige Bytes gibt",
    "the push service of your browser's maker, which learns that this browser wants to be woken for this service; later, when":
      "der Push-Dienst des Browserherstellers, der erfährt, dass dieser Browser für diesen Dienst geweckt werden will; später auch, wann",
    "the push service of your browser's maker": "der Push-Dienst des Browserherstellers",
    "the registration room; whoever carries SMS for this service, and the recipient's carrier, as an SMS":
      "die Anmeldestelle des Dienstes; als SMS alle, die SMS für diesen Dienst befördern, und der Mobilfunkanbieter des Empfängers",

    // How long it is kept
    "not kept": "wird nicht behalten",
    "the number until the SMS is handed over; what follows from it for 10 minutes, sealed under a secret that only your device keeps; how many SMS the number was sent, counted under a key, 20 days at most; where you ask for no codes ever, a mark of the number under a key, for good":
      "die Nummer, bis die SMS übergeben ist; was daraus abgeleitet ist, 10 Minuten, versiegelt mit einem Geheimnis, das nur dein Gerät behält; wie viele SMS an die Nummer gingen, unter einem Schlüssel gezählt, höchstens 20 Tage; wenn du nie wieder Codes willst, eine Marke der Nummer unter einem Schlüssel, für immer",
    "the number while it is compared; the rest is not kept":
      "die Nummer, während sie verglichen wird; der Rest wird nicht behalten",
    "until you turn off": "bis du ausschaltest",
    "public keys until used, or until you turn off":
      "öffentliche Schlüssel, bis sie benutzt sind oder du ausschaltest",
    "the ids of account and mailboxes, so that senders learn that you left, for 400 days":
      "die Kennungen von Konto und Postfächern 400 Tage, damit Absender erfahren, dass du gegangen bist",
    "until used, or until you turn off": "bis sie benutzt sind oder du ausschaltest",
    "how many lookups were used, 20 days at most":
      "wie oft nachgeschlagen wurde, höchstens 20 Tage",
    "until the recipient has it, 31 days at most": "bis der Empfänger es hat, höchstens 31 Tage",
    "for 30 days, that what you took back is not to be delivered":
      "30 Tage, dass nicht zugestellt werden soll, was du zurückgeholt hast",
    "the last signature and its counter, until the next; a key to come back by, for a day":
      "die letzte Signatur und ihr Zähler, bis zur nächsten; ein Schlüssel zum Wiederkommen, einen Tag lang",
    "the position, until you turn off": "die Stelle, bis du ausschaltest",
    "until you unblock, or turn off": "bis du die Blockierung aufhebst oder ausschaltest",
    "sealed, until you take this back, turn off, or the push service says that it is no more":
      "versiegelt, bis du das zurücknimmst, ausschaltest oder der Push-Dienst sagt, dass es die Adresse nicht mehr gibt",
    "as that push service does": "wie es dieser Push-Dienst hält",
    "both numbers and the text in memory until the SMS was handed over; that you had one sent, and what became of it, 3 days; how many SMS you had sent and the recipient got, counted under a key, 20 days at most":
      "beide Nummern und der Text im Arbeitsspeicher, bis die SMS übergeben ist; dass du eine senden ließest und was daraus wurde, 3 Tage; wie viele SMS du senden ließest und der Empfänger bekam, unter einem Schlüssel gezählt, höchstens 20 Tage",

    // What it holds
    "which version of the contract this app speaks":
      "welche Version des Protokolls diese App spricht",
    "what the number is proved for": "wofür die Nummer bewiesen wird",
    "your number, and your invitation if you have one, sealed to the registration room":
      "deine Nummer und deine Einladung, falls du eine hast, versiegelt für die Anmeldestelle",
    "your signed consent, with your account's public key":
      "dein signiertes Ja, mit dem öffentlichen Schlüssel deines Kontos",
    "the work that the service asked your device for":
      "die Rechenarbeit, die der Dienst von deinem Gerät verlangt hat",
    "the name of the try": "der Name des Versuchs",
    "the code from the SMS": "der Code aus der SMS",
    "your device's id": "die Kennung deines Geräts",
    "a counter of its requests": "ein Zähler seiner Anfragen",
    "proof that it was let in before": "ein Beleg, dass es schon eingelassen wurde",
    "its signature": "seine Signatur",
    "your number, sealed to the registration room":
      "deine Nummer, versiegelt für die Anmeldestelle",
    "the proof of your number": "der Beweis für deine Nummer",
    "your sealed record": "dein versiegelter Eintrag",
    "your account's public key": "der öffentliche Schlüssel deines Kontos",
    "your device's public keys": "die öffentlichen Schlüssel deines Geräts",
    "its random name": "sein zufälliger Name",
    "what this app understands": "was diese App versteht",
    "your account's signature": "die Signatur deines Kontos",
    "your account's id": "die Kennung deines Kontos",
    "one-time public keys of this device": "öffentliche Einmalschlüssel dieses Geräts",
    "a public key of this device for when those ran out":
      "ein öffentlicher Schlüssel dieses Geräts für den Fall, dass diese aufgebraucht sind",
    "one number you text, or that texts you, blinded so that the service cannot read it":
      "eine Nummer, der du schreibst oder die dir schreibt, unkenntlich gemacht, sodass der Dienst sie nicht lesen kann",
    "the name of a public file": "der Name einer öffentlichen Datei",
    "the lookup key of one number": "der Suchschlüssel einer Nummer",
    "the account id of the person you text": "die Kontokennung der Person, der du schreibst",
    "nothing but the request": "nichts als die Anfrage",
    "the right to put into the recipient's mailbox":
      "das Recht, etwas in das Postfach des Empfängers zu legen",
    "a random id": "eine zufällige Kennung",
    "encrypted texts and receipts, padded":
      "verschlüsselte Nachrichten und Bestätigungen, auf feste Größen aufgefüllt",
    "whether it is worth waking somebody": "ob es wert ist, jemanden zu wecken",
    "what the service answered when it took the text":
      "was der Dienst antwortete, als er die Nachricht annahm",
    "what shows that the text is yours to take back":
      "was zeigt, dass du die Nachricht zurückholen darfst",
    "nothing but that somebody is there": "nichts, als dass jemand da ist",
    "up to where this device has received": "bis wohin dieses Gerät empfangen hat",
    "how many addresses are wanted": "wie viele Adressen gewünscht sind",
    "of which kind": "von welcher Art",
    "the serials of addresses you gave out":
      "die Seriennummern von Adressen, die du ausgegeben hast",
    "nothing but that this device is there": "nichts, als dass dieses Gerät da ist",
    "the address that your browser's push service gave to this app":
      "die Adresse, die der Push-Dienst deines Browsers dieser App gegeben hat",
    "a public key of your browser for what comes there":
      "ein öffentlicher Schlüssel deines Browsers für das, was dort ankommt",
    "a secret for it": "ein Geheimnis dafür",
    "the service's public key for pushes, and what your browser adds of its own":
      "der öffentliche Schlüssel des Dienstes für Push-Nachrichten, und was dein Browser selbst hinzufügt",
    "the name that the service gave to the SMS": "der Name, den der Dienst der SMS gab",
    "your number, the recipient's and the text, sealed to the registration room":
      "deine Nummer, die des Empfängers und der Text, versiegelt für die Anmeldestelle",
    "the names of SMS that were sent for you": "die Namen der SMS, die für dich gesendet wurden",
  },
};
