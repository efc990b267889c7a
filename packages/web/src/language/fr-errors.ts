// French: what a person reads for each code of the error table.
import type { Catalogue } from "./en.ts";

export const errors: Catalogue["errors"] = {
  consent_required:
    "Les messages privés sont désactivés. Activez-les d’abord ; jusque-là, rien ne quitte cet appareil.",
  consent_declined: "Les messages privés restent désactivés. Rien n’a été envoyé.",
  consent_invalid:
    "Le service n’a pas accepté le consentement signé. Mettez l’application à jour et activez de nouveau.",
  off_declined: "Les messages privés restent activés. Rien n’a été supprimé.",
  change_declined: "Rien n’a été modifié.",
  policy_changed:
    "Les règles ont changé. Lisez les nouvelles et répondez de nouveau ; jusque-là, le service est en pause.",
  server_invalid:
    "Ce n’est pas l’adresse d’un service. Elle commence par https:// et se termine par le nom, comme https://assent.example.",
  already_on:
    "Les messages privés sont déjà activés. Désactivez-les avant d’utiliser un autre numéro.",
  not_verifying: "Aucun numéro n’attend de code. Activez d’abord.",
  number_invalid:
    "Ce n’est pas un numéro de téléphone au format international, comme +44 7400 123456.",
  number_refused:
    "Ce service n’envoie pas de SMS à ce numéro : il n’en reçoit pas, il est surtaxé, ou il n’est pas desservi ici. Demandez à la personne qui gère le service.",
  code_wrong: "Le code n’est pas bon. Relisez le SMS et saisissez-le de nouveau.",
  code_expired: "Le code n’est plus valable. Demandez-en un nouveau.",
  registration_closed:
    "Ce service n’accepte pas de nouveaux numéros pour le moment. Demandez à la personne qui le gère.",
  invitation_needed:
    "Ce service n’accepte que les personnes invitées. Demandez une invitation à la personne qui le gère.",
  invitation_invalid:
    "Cette invitation n’est pas valable : elle a déjà servi, a expiré ou contient une faute de frappe.",
  sms_failed: "Le SMS n’a pas pu être envoyé. Réessayez dans quelques minutes.",
  rate_limited: "Trop de tentatives. Attendez un peu et réessayez.",
  work_required:
    "Le service demande d’abord un petit calcul, que l’application fait d’elle-même. Réessayez.",
  lookups_used_up: "Trop de numéros ont été recherchés. D’autres pourront être recherchés demain.",
  not_private: "Ce numéro ne peut pas recevoir de messages privés. Envoyez plutôt un SMS.",
  gone: "Cette personne n’utilise plus les messages privés. Envoyez plutôt un SMS.",
  expired: "Ce message a attendu 30 jours et n’a pas été reçu. Renvoyez-le, ou envoyez-le par SMS.",
  key_changed:
    "La clé de ce numéro a changé : un nouveau téléphone, ou une autre personne. Acceptez la nouvelle clé pour continuer.",
  blocked: "Vous avez bloqué ce numéro. Débloquez-le pour écrire.",
  service_untrusted:
    "Le service a donné une réponse fausse. Rien n’a été envoyé ; prévenez la personne qui le gère.",
  unreachable: "Le service est injoignable. Contrôlez la connexion.",
  signed_out:
    "Le service ne connaît plus cet appareil. Un autre téléphone a peut-être repris le numéro.",
  address_expired: "L’adresse de cette conversation a expiré et est en cours de renouvellement.",
  mailbox_full:
    "Trop de messages attendent cette personne. Les vôtres partiront quand certains auront été reçus.",
  text_too_long: "Ce message est trop long. Divisez-le en parties de 64 000 octets au plus.",
  text_empty: "Il n’y a rien à envoyer.",
  text_unknown: "Aucun message ne porte cet identifiant ici.",
  text_unreadable: "Ce message n’est pas en UTF-8.",
  contacts_unreadable: "Ce fichier n’est pas une vCard lisible.",
  profile_in_use: "Ce profil est utilisé par un autre programme.",
  folder_unusable:
    "Ce dossier ne peut pas contenir de profil : ce n’est pas un dossier, ou vous ne pouvez pas y écrire.",
  profile_unreadable:
    "Ce profil est illisible. Il est endommagé, ou a été écrit par une version plus récente.",
  storage_failed: "Cet appareil n’a pas pu enregistrer. Libérez de l’espace et réessayez.",
  request_invalid: "La demande n’a pas été comprise.",
  request_too_large: "La demande est trop volumineuse.",
  unauthenticated: "La demande n’était pas signée par un appareil connu.",
  name_unknown: "Personne ne porte ce nom dans le carnet d’adresses. Indiquez le numéro.",
  name_ambiguous: "Plus d’un numéro du carnet d’adresses porte ce nom. Indiquez le numéro.",
  file_missing: "Ce fichier n’existe pas.",
  file_unreadable: "Ce fichier ne peut pas être lu.",
  answer_lost:
    "Le programme qui utilise ce profil s’est arrêté avant de répondre. Regardez ce qu’il en est.",
  address_in_use: "Un autre programme utilise ce port. Choisissez-en un autre avec --port.",
  output_failed: "La sortie n’a pas pu être écrite. Ce qui n’a pas été affiché le sera de nouveau.",
  own_number: "C’est votre propre numéro.",
  wrong_usage: "La ligne de commande n’a pas été comprise. Essayez --help.",
  key_outdated:
    "Le service a changé ses clés. Elles sont en cours de récupération ; un nouvel essai suit.",
  update_required: "Cette application est trop ancienne pour le service. Mettez-la à jour.",
  counter_behind:
    "Le service a vu des demandes plus récentes de cet appareil. Il est interrogé à ce sujet.",
  not_offered: "Le service ne propose pas cela.",
  mailbox_unknown: "La boîte aux lettres n’est pas là pour le moment. Un nouvel essai suit.",
  busy: "Le service ne peut pas accepter cela pour le moment. Un nouvel essai suit.",
  after_refused: "Un message précédent n’a pas encore été accepté. Celui-ci partira ensuite.",
  request_compressed: "La demande était compressée. Envoyez-la telle quelle.",
  unanswered_text_too_long:
    "Tant que cette personne n’a pas répondu, un message peut avoir au plus 8 192 octets. Raccourcissez-le.",
  internal: "Un problème est survenu. Réessayez plus tard.",
};
