// German: what a person reads for each code of the error table.
import type { Catalogue } from "./en.ts";

export const errors: Catalogue["errors"] = {
  consent_required:
    "Private Nachrichten sind aus. Schalte sie zuerst ein; bis dahin verlässt nichts dieses Gerät.",
  consent_declined: "Private Nachrichten bleiben aus. Es wurde nichts gesendet.",
  consent_invalid:
    "Der Dienst hat die signierte Einwilligung nicht angenommen. Aktualisiere die App und schalte noch einmal ein.",
  off_declined: "Private Nachrichten bleiben an. Es wurde nichts gelöscht.",
  change_declined: "Es wurde nichts geändert.",
  policy_changed:
    "Die Richtlinie hat sich geändert. Lies die neue und antworte noch einmal; bis dahin pausiert der Dienst.",
  server_invalid:
    "Das ist keine Adresse eines Dienstes. Sie beginnt mit https:// und endet mit dem Namen, etwa https://assent.example.",
  already_on:
    "Private Nachrichten sind schon an. Schalte sie aus, bevor du eine andere Nummer verwendest.",
  not_verifying: "Keine Nummer wartet auf einen Code. Schalte zuerst ein.",
  number_invalid:
    "Das ist keine Telefonnummer in internationaler Form, wie zum Beispiel +44 7400 123456.",
  number_refused:
    "Dieser Dienst sendet keine SMS an diese Nummer: Sie empfängt keine, kostet extra oder wird hier nicht bedient. Frag die Betreiber.",
  code_wrong: "Der Code stimmt nicht. Sieh in der SMS nach und gib ihn noch einmal ein.",
  code_expired: "Der Code gilt nicht mehr. Fordere einen neuen an.",
  registration_closed: "Dieser Dienst nimmt zurzeit keine neuen Nummern auf. Frag die Betreiber.",
  invitation_needed:
    "Dieser Dienst nimmt nur Eingeladene auf. Frag die Betreiber nach einer Einladung.",
  invitation_invalid:
    "Diese Einladung gilt nicht: Sie wurde benutzt, ist abgelaufen oder falsch getippt.",
  sms_failed: "Die SMS konnte nicht gesendet werden. Versuch es in ein paar Minuten noch einmal.",
  rate_limited: "Zu viele Versuche. Warte eine Weile und versuch es noch einmal.",
  work_required:
    "Der Dienst verlangt zuerst ein wenig Rechenarbeit; die App erledigt sie von selbst. Versuch es noch einmal.",
  lookups_used_up:
    "Es wurden zu viele Nummern nachgeschlagen. Morgen können weitere nachgeschlagen werden.",
  not_private:
    "Diese Nummer kann keine privaten Nachrichten empfangen. Sende stattdessen eine SMS.",
  gone: "Diese Person nutzt keine privaten Nachrichten mehr. Sende stattdessen eine SMS.",
  expired:
    "Diese Nachricht hat 30 Tage gewartet und wurde nicht empfangen. Sende sie noch einmal oder als SMS.",
  key_changed:
    "Der Schlüssel dieser Nummer hat sich geändert: ein neues Telefon oder eine andere Person. Nimm den neuen Schlüssel an, um weiterzuschreiben.",
  blocked: "Du hast diese Nummer blockiert. Hebe die Blockierung auf, um zu schreiben.",
  service_untrusted:
    "Der Dienst hat etwas Falsches geantwortet. Es wurde nichts gesendet; sag den Betreibern Bescheid.",
  unreachable: "Der Dienst ist nicht erreichbar. Prüfe die Verbindung.",
  signed_out:
    "Der Dienst kennt dieses Gerät nicht mehr. Vielleicht hat ein anderes Telefon die Nummer übernommen.",
  address_expired: "Die Adresse dieses Chats ist abgelaufen und wird gerade erneuert.",
  mailbox_full:
    "Für diese Person warten zu viele Nachrichten. Deine werden gesendet, wenn einige empfangen wurden.",
  text_too_long: "Diese Nachricht ist zu lang. Teile sie in Stücke von höchstens 64.000 Byte.",
  text_empty: "Es gibt nichts zu senden.",
  text_unknown: "Hier gibt es keine Nachricht mit dieser Kennung.",
  text_unreadable: "Diese Nachricht ist kein UTF-8.",
  contacts_unreadable: "Diese Datei ist keine lesbare vCard.",
  profile_in_use: "Dieses Profil wird von einem anderen Programm verwendet.",
  folder_unusable:
    "Dieser Ordner kann kein Profil aufnehmen: Er ist kein Ordner, oder du darfst nicht in ihn schreiben.",
  profile_unreadable:
    "Dieses Profil kann nicht gelesen werden. Es ist beschädigt oder wurde von einer neueren Version geschrieben.",
  storage_failed:
    "Dieses Gerät konnte nicht speichern. Schaff etwas Platz und versuch es noch einmal.",
  request_invalid: "Die Anfrage wurde nicht verstanden.",
  request_too_large: "Die Anfrage ist zu groß.",
  unauthenticated: "Die Anfrage war nicht von einem bekannten Gerät signiert.",
  name_unknown: "Niemand im Adressbuch heißt so. Gib die Nummer an.",
  name_ambiguous: "Mehr als eine Nummer im Adressbuch heißt so. Gib die Nummer an.",
  file_missing: "Diese Datei gibt es nicht.",
  file_unreadable: "Diese Datei kann nicht gelesen werden.",
  answer_lost:
    "Das Programm, das dieses Profil hat, endete vor seiner Antwort. Sieh nach, was daraus wurde.",
  address_in_use: "Ein anderes Programm verwendet diesen Port. Wähle mit --port einen anderen.",
  output_failed:
    "Die Ausgabe konnte nicht geschrieben werden. Was nicht gezeigt wurde, wird noch einmal gezeigt.",
  own_number: "Das ist deine eigene Nummer.",
  wrong_usage: "Die Befehlszeile wurde nicht verstanden. Probier --help.",
  key_outdated:
    "Der Dienst hat seine Schlüssel gewechselt. Sie werden gerade geholt; danach geht es weiter.",
  update_required: "Diese App ist zu alt für den Dienst. Aktualisiere sie.",
  counter_behind: "Der Dienst kennt spätere Anfragen dieses Geräts. Er wird gerade gefragt, warum.",
  not_offered: "Der Dienst bietet das nicht an.",
  mailbox_unknown: "Das Postfach ist im Moment nicht da. Es wird wieder versucht.",
  busy: "Der Dienst kann das im Moment nicht annehmen. Es wird wieder versucht.",
  after_refused: "Eine Nachricht davor wurde noch nicht angenommen. Diese wird danach gesendet.",
  request_compressed: "Die Anfrage war komprimiert. Sende sie, wie sie ist.",
  unanswered_text_too_long:
    "Solange diese Person nicht geantwortet hat, darf eine Nachricht höchstens 8.192 Byte lang sein. Kürze sie.",
  internal: "Etwas ist schiefgegangen. Versuch es später noch einmal.",
};
