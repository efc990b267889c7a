// German: the app lock.
import type { locking as english } from "./en-locking.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things = plural("de");

export const locking: Translated<typeof english> = {
  lockName: "App-Sperre",
  lockSwitch: "App sperren",
  lockHint: "Dieses Gerät fragt, wer du bist, bevor sich die App öffnet.",
  lockAskTitle: "Die App auf diesem Gerät sperren?",
  lockAskWhat:
    "Sie öffnet sich mit Finger, Gesicht oder PIN, wie dein Gerät dich kennt. Sie sperrt sich beim Start und wenn sie eine Weile nicht zu sehen war. Benachrichtigungen sagen dann nur, dass etwas kam.",
  lockAskNot:
    "Sie hält alle fern, die dieses Gerät in die Hand nehmen. Mehr wird dadurch nicht verschlüsselt, und wer sich mit Browsern auskennt, kommt vielleicht daran vorbei.",
  lockAskPasskey:
    "Dein Gerät behält dafür einen Passkey, der diesen Dienst nennt. Sein Hersteller kopiert ihn vielleicht auf deine anderen Geräte.",
  lockAskLost:
    "Erkennt dein Gerät dich nicht mehr, bleibt nur ein Neubeginn: Dann wird alles gelöscht, was hier in der App ist.",
  lockAskYes: "Ja, sperren",
  lockAskNo: "Nein",
  lockFailed: "Dein Gerät hat dich nicht erkannt.",
  lockAfter: "Wann sie sich sperrt",
  lockAtOnce: "Sobald sie nicht mehr zu sehen ist",
  lockAfterMinutes: (count) =>
    things(count, {
      one: "Wenn sie 1 Minute nicht zu sehen war",
      other: "Wenn sie # Minuten nicht zu sehen war",
    }),
  lockNow: "Jetzt sperren",
  lockedTitle: "Gesperrt",
  lockedHint: "Nachrichten kommen weiter. Du siehst sie, wenn du entsperrst.",
  lockOpen: "Entsperren",
  lockLost: "Ich kann sie nicht entsperren",
  lockLostTry:
    "Vielleicht nimmt dein Gerät stattdessen seine PIN oder sein Passwort. Auch den Browser oder das Gerät neu zu starten kann helfen.",
  lockLostAnew:
    "Sonst bleibt nur ein Neubeginn: Nachrichten, Kontakte und Schlüssel dieser App werden dann von diesem Gerät gelöscht. Private Nachrichten gehen weiter, sobald du deine Nummer wieder bestätigst; was bis dahin auf dich wartet, wird nicht zugestellt.",
  lockBeginAnew: "Alles löschen und neu beginnen",
};
