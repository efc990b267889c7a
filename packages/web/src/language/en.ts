// English: the catalogue that the others are measured by. Every key here exists in every language, with the same
// parameters; a missing one fails the type check.

import { type ErrorCode, errorTable } from "@assent/protocol";
import { contactWords } from "./en-contacts.ts";
import { conversing } from "./en-conversing.ts";
import { leaving } from "./en-leaving.ts";
import { locking } from "./en-locking.ts";
import { relaying } from "./en-relaying.ts";
import { turningOn } from "./en-turning-on.ts";
import { waking } from "./en-waking.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const things = plural("en");

const errors = Object.fromEntries(
  Object.entries(errorTable).map(([code, { message }]) => [code, message]),
) as Readonly<Record<ErrorCode, string>>;

export const en = {
  appName: "Assent",
  errors,
  ...conversing,
  ...leaving,
  ...locking,
  ...relaying,
  ...waking,

  // Words used in several places.
  back: "Back",
  cancel: "Cancel",
  close: "Close",
  tryAgain: "Try again",
  loading: "Loading…",

  // Welcome
  welcomeTitle: "Text by phone number.",
  welcomeTitleYes: "Privately, if you say so.",
  welcomePoint1: "Off until you say yes. Until then, nothing leaves this device.",
  welcomePoint2:
    "End-to-end encrypted. The service cannot read your texts and is never sent your contacts.",
  welcomePoint3:
    "You can check: every byte this app sends is listed, and turning off deletes what the service holds.",
  welcomeImport: "Bring your contacts",
  welcomeImportHint: "From a vCard file (.vcf). They stay on this device.",
  welcomeStart: "Start",
  welcomeInstall: "Install the app",

  // The list of conversations
  conversations: "Messages",
  newMessage: "New message",
  search: "Search",
  whatLeft: "What left this device",
  settings: "Settings",
  noConversations: "Start with a phone number.",
  noConversationsHint: "Texts you write or receive appear here.",
  chooseConversation: "Choose a conversation",
  unread: (count: number) => things(count, { one: "1 unread", other: "# unread" }),
  previewDraft: "Draft:",
  previewYou: "You:",

  // The banner above the list
  bannerOff: "Private messages are off",
  bannerOffHint: "This app has sent nothing.",
  bannerOffAfterHint: "This app sends nothing.",
  bannerUnproved: "Your number is not proved yet",
  bannerVerifying: "Type the code from the SMS",
  bannerVerifyingHint: "Then private messages are on.",
  bannerOn: "Private messages are on",
  bannerOnHint: "Turn off any time. What the service holds is then deleted.",
  bannerServiceEnds: (date: string) => `This service ends on ${date}`,
  bannerServiceEndsHint: "From then on your texts go by SMS. What is here stays here.",
  bannerServiceEnded: "This service has ended",
  bannerServiceEndedHint: "Texts go by SMS now. What is here stays here.",
  bannerOffline: "No connection",
  bannerOfflineHint: "Texts you write go out when there is one.",
  bannerPaused: "The policy changed",
  bannerPausedHint: "Private messages are paused until you answer.",
  bannerLeaving: "Turned off here now",
  bannerLeavingHint: "Server deletion is waiting for a connection.",
  bannerEnded: "Another phone has this number now",
  bannerEndedHint: "Private messages are off here. You can turn them on again.",
  bannerLeft: "Private messages were turned off",
  bannerLeftHint: "By a copy of this device. You can turn them on again.",
  bannerLeftByNumberHint:
    "By somebody who received a code at this number. You can turn them on again.",
  bannerUnknown: "The service no longer knows this device",
  bannerAction: "Open",
  switchLabel: "Private messages",
  on: "On",
  off: "Off",

  // New message
  newMessageTo: "To",
  newMessageHint: "A phone number, or a name from your contacts",
  newMessageNumber: (number: string) => `Text ${number}`,
  routePrivate: "Private",
  routeSms: "SMS",
  routeUnchecked: "Not checked",

  // A thread
  messagesWith: (name: string) => `Messages with ${name}`,
  privateVerified: "Private · verified",
  textMessage: "Text message (SMS)",
  linePrivate: "Private",
  linePrivateHint: "end-to-end encrypted",
  linePrivateVerifiedHint: "only you two can read it",
  lineSms: "SMS",
  lineSmsHint: "not encrypted, your carrier can read it",
  lineChecking: "Finding out",
  lineCheckingHint: "whether this number can be reached privately",
  lineUnchecked: "Not checked",
  lineUncheckedHint: "there is no connection; it goes out privately or not at all",
  lineChanged: "This changed while you were typing.",
  commaBetween: ", ",
  colonAfter: ": ",
  lineSeen: "I have seen it",
  useSms: "Send as SMS instead",
  writePrivate: "Private message",
  writeSms: "Text message",
  send: "Send",
  sendPrivateLabel: "Send privately",
  sendSmsLabel: "Send as SMS, not encrypted",
  today: "Today",
  newTexts: "New messages",
  jumpToLatest: "Jump to latest",
  stateQueued: "Sending",
  stateWaiting: "Will send when online",
  stateHeldUp: "Waiting",
  stateSent: "Sent",
  stateDelivered: "Delivered",
  stateRead: "Read",
  stateNotDelivered: "Not delivered",
  stateNotKnown: "Not known to have arrived",
  stateTakingBack: "Waiting to be taken back",
  stateTaken: "Their phone has it",
  stateHandoff: "Handed to your SMS app",
  copy: "Copy",
  copied: "Copied",
  handoffAsk: "Did your SMS app open?",
  handoffAgain: "Open again",
  handoffScan: "Send it from your phone: scan this",
  sms: "SMS",
  fromYou: "You",
  notUnderstood: "Something was sent here that this version of the app cannot show.",
  notOpened: "Something came that could not be opened here.",
  unseenText: "A text without a visible character.",
  unsentText: "This text was taken back by whoever sent it.",
  noticeKeyChanged: "The key of this number changed: a new phone, or another person.",
  noticeRestarted: "The conversation was started anew.",
  noticeMissing: (count: number) =>
    things(count, {
      one: "Something that was sent to you has not come yet.",
      other: "# things that were sent to you have not come yet.",
    }),
  keyChangedTitle: "The key of this number changed",
  keyChangedHint: "A new phone, or another person. Ask them before you go on.",
  acceptKey: "Accept the new key",
  blockedTitle: "You blocked this number",
  unblock: "Unblock",
  smsInsteadTitle: "Send as SMS instead?",
  smsInsteadLost: "It is no longer encrypted: your carrier can read it, and may charge for it.",
  smsSegments: (count: number) =>
    things(count, { one: "It takes 1 SMS.", other: "It takes # SMS." }),

  ...contactWords,

  // A person
  person: "Person",
  personName: "Name",
  personNameHint: "Only on this device",
  save: "Save",
  personRoute: "Can be reached",
  checkNow: "Check now",
  verify: "Verify",
  verifyHint: "Compare digits to be sure that only you two can read it.",
  verified: "Verified",
  mute: "Mute",
  muteHint: "No notification, no sound, no count in the title.",
  block: "Block",
  blockHint: "What comes from this number is dropped. They are not told.",

  // Verify
  verifyTitle: (name: string) => `Verify ${name}`,
  verifyHow:
    "Compare these digits with the ones on their screen, side by side or by a call. If they are the same, nobody stands between you.",
  verifyQr: "The digits as a code",
  verifyNotYet: "There are digits to compare once you have texted privately.",
  verifySame: "They are the same",
  verifyUndo: "Remove the verification",
  verifyCamera: "Read their code",
  verifyCameraHow:
    "Hold this device over their screen. What the camera sees stays here, and is not kept.",
  verifyCameraStop: "Stop the camera",
  verifyCameraRefused:
    "The camera cannot be used. Allow it in your browser, or compare the digits.",
  verifyDifferent:
    "Their code is another one. Make sure that it is the one for you. If it is, do not trust this conversation.",

  // Search
  searchLabel: "Search texts on this device",
  searchIn: (name: string) => `Search your texts with ${name}`,
  searchHint: "Nothing you search for leaves this device.",
  searchNone: "No text holds these words.",
  searchMore: "Search older texts",
  searchFound: (count: number) => things(count, { one: "1 text", other: "# texts" }),

  ...turningOn,

  // Further purposes
  askReceiptsTitle: "Tell people when you read their texts?",
  askReceiptsWhat:
    "With this on, the people you write with see “Read” when you open their texts, encrypted like a text. You can take it back at any time. Texting works either way.",
  askReceiptsYes: "Send read receipts",
  askReceiptsNo: "Don't send them",

  // Settings
  settingsPrivate: "Private messages",
  settingsNumber: "Your number",
  settingsConsent: "Your yes",
  settingsConsentGiven: (date: string, version: number) => `${date}, to policy ${version}`,
  settingsReceipts: "Read receipts",
  settingsReceiptsHint: "The people you write with see “Read”.",
  settingsTurnOff: "Turn off and delete",
  settingsTurnOn: "Turn on",
  settingsReceipt: "Receipt of the last deletion",
  settingsNotifications: "Notifications",
  notificationsShow: "Show notifications",
  notificationsShowHint: "While the app is open and you look elsewhere. Nothing is sent for this.",
  notificationsDenied:
    "Your browser does not allow them here. You can change that in its settings.",
  notificationsWords: "Show the words",
  notificationsWordsHint: "Without this, only who wrote.",
  notificationsSound: "Sound",
  notificationsSoundHint: "A short tone when a text comes.",
  settingsContacts: "Contacts",
  settingsContactsHint: "They never leave this device.",
  settingsImport: "Import a vCard file",
  settingsLook: "Appearance",
  themeSystem: "As the system",
  themeLight: "Light",
  themeDark: "Dark",
  settingsLanguage: "Language",
  settingsAbout: "About",
  settingsAboutHint:
    "A web app trusts the service it was loaded from. The command line client does not have to.",
  storagePersistent: "This browser keeps your texts.",
  storageBestEffort:
    "This browser may delete your texts when it is short of space. Installing the app helps.",

  // When the phone cannot be opened
  inUseTitle: "Assent is open in another tab",
  inUseHint: "Only one tab at a time can write, so that no key is ever used twice.",
  useHere: "Use it here",
  takenOverTitle: "Another tab took over",
  takenOverHint: "Your texts are there now.",
  storageTitle: "Your texts cannot be opened",
  storageHint: "Free some space, then try again. Nothing was deleted.",
  damagedTitle: "This browser's copy is damaged or gone",
  damagedHint: "You can start afresh: texts and contacts on this device are then deleted.",
  startAfresh: "Start afresh",

  // Updating
  updateReady: "A new version is ready",
  updateNow: "Update now",
} as const;

/** What every language has to say. */
export type Catalogue = Translated<typeof en>;
