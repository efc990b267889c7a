// English: the catalogue that the others are measured by. Every key here exists in every language, with the same
// parameters; a missing one fails the type check.
import { type ErrorCode, errorTable } from "@assent/protocol";
import { plural } from "./plural.ts";

const things = plural("en");

const errors = Object.fromEntries(
  Object.entries(errorTable).map(([code, { message }]) => [code, message]),
) as Readonly<Record<ErrorCode, string>>;

export const en = {
  appName: "Assent",
  errors,

  // Words used in several places.
  back: "Back",
  cancel: "Cancel",
  close: "Close",
  tryAgain: "Try again",
  loading: "Loading…",

  // Welcome
  welcomeTitle: "Text by phone number. Privately, if you say so.",
  welcomePoint1: "Off until you say yes. Until then, nothing leaves this device.",
  welcomePoint2:
    "End-to-end encrypted. The service cannot read your texts and is never sent your contacts.",
  welcomePoint3:
    "You can check: every byte this app sends is listed, and turning off deletes what the service holds.",
  welcomeImport: "Bring your contacts",
  welcomeImportHint: "From a vCard file (.vcf). They stay on this device.",
  welcomeStart: "Start",
  welcomeInstall: "Install the app",
  contactsImported: (count: number) =>
    things(count, { one: "1 number has a name now.", other: "# numbers have names now." }),
  contactsSkipped: (count: number) =>
    things(count, { one: "1 could not be used.", other: "# could not be used." }),

  // The list of conversations
  conversations: "Messages",
  newMessage: "New message",
  search: "Search",
  whatLeft: "What left this device",
  settings: "Settings",
  noConversations: "Start with a phone number.",
  noConversationsHint: "Texts you write or receive appear here.",
  chooseConversation: "Choose a conversation, or start with a phone number.",
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
  newMessageNobody:
    "Nobody in your contacts has this name. A phone number starts with + and the country code.",
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
  sendSms: "SMS",
  sendPrivateLabel: "Send privately",
  sendSmsLabel: "Send as SMS, not encrypted",
  today: "Today",
  newTexts: "New messages",
  jumpToLatest: "Jump to latest",
  stateQueued: "Sending",
  stateWaiting: "Will send when online",
  stateSent: "Sent",
  stateDelivered: "Delivered",
  stateRead: "Read",
  stateNotDelivered: "Not delivered",
  stateNotKnown: "Not known to have arrived",
  stateHandoff: "Handed to your SMS app",
  copy: "Copy",
  copied: "Copied",
  handoffAsk: "Did your SMS app open?",
  handoffAgain: "Open again",
  handoffScan: "Send it from your phone: scan this",
  sms: "SMS",
  fromYou: "You",
  threadEmpty: "Nothing written yet.",
  notUnderstood: "Something was sent here that this version of the app cannot show.",
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
  muteHint: "Does not count as unread in the title.",
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

  // Search
  searchLabel: "Search texts on this device",
  searchHint: "Nothing you search for leaves this device.",
  searchNone: "No text holds these words.",
  searchMore: "Search older texts",
  searchFound: (count: number) => things(count, { one: "1 text", other: "# texts" }),

  // Turn on
  turnOnTitle: "Turn on private messages?",
  turnOnChoice: "It's your choice. Texting works either way.",
  turnOnAgainTitle: "The policy changed. Keep private messages on?",
  turnOnAgainChoice: "It's your choice. Until you answer, the service is paused.",
  willSend: "We will send:",
  willSendWhat:
    "your phone number, your signed yes, the code from the SMS, your public keys, a random device name; a blinded form of a number you text, or that texts you; your texts, encrypted so that only their recipient can read them; a receipt when a text of a person you write with arrived; which addresses you gave out you block.",
  willNeverSend: "We will never send:",
  willNeverSendWhat:
    "your contacts (lookups are blinded), your old texts, your location, or any identifier of the hardware.",
  serverSees: "Our server can see:",
  serverSeesWhat:
    "your number while it is verified, as your carrier does; that this number joined, when a device is connected, how many numbers were looked up, and the size and time of what arrives for it. It is not told who sent it and keeps no note of it, and cannot read it; internet addresses and timing could hint at who.",
  howLong: "How long we keep it:",
  howLongWhat:
    "your number until the SMS with the code is handed over, what follows from it for 10 minutes; texts until your device has them, 31 days at most; your public keys, your sealed record, your device's random name, how far it has received, its last signature and what you block, until you turn off; how many lookups and SMS were used, under a key, 20 days at most, also when you turned off; that a random account ended, 400 days. While our server's clock may be wrong, what is kept for days stays until it is right.",
  anyoneCanLearn: "Anyone who has or guesses your number",
  anyoneCanLearnWhat: "can learn that you use this.",
  policyNamed: (version: number, fingerprint: string) => `Policy ${version}, ${fingerprint}`,
  policyText: "The policy, word for word (English)",
  turnOnYes: "Turn on and verify my number",
  turnOnAgainYes: "Keep it on",
  turnOnNo: "Keep it off",
  turnOnAgainNo: "Turn it off",
  numberTitle: "Your number",
  numberLabel: "Phone number",
  numberHint: "With the country code, such as +44 7400 123456",
  sendCode: "Send me the code",
  sendingCode: "Asking for the code…",
  codeTitle: "Type the code",
  codeSentTo: (number: string) => `It was sent by SMS to ${number}.`,
  codeLabel: "6-digit code",
  checkCode: "Turn on",
  checkingCode: "Making your keys…",
  codeAgain: "Send another code",
  codeAgainIn: (seconds: number) =>
    things(seconds, { one: "Another code in 1 second", other: "Another code in # seconds" }),
  otherNumber: "Use another number",
  doneTitle: "Private messages are on",
  doneHint: "Texts to people who are on too are end-to-end encrypted and free of SMS charges.",
  done: "Done",
  waitSeconds: (seconds: number) =>
    things(seconds, { one: "Try again in 1 second.", other: "Try again in # seconds." }),

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

  // What left this device
  ledgerTitle: "What left this device",
  ledgerSummary: (since: string, items: string, size: string) =>
    `Since ${since}: ${items}, ${size}.`,
  ledgerItems: (count: number) => things(count, { one: "1 item", other: "# items" }),
  ledgerBefore: (count: number) =>
    things(count, {
      one: "Before you turned on: 1 item from this app.",
      other: "Before you turned on: # items from this app.",
    }),
  ledgerEmpty: "This list is empty.",
  ledgerBlind:
    "What this list cannot show: your browser fetched this app and checks it for updates. That reveals your internet address.",
  ledgerFilter: "Show",
  ledgerAll: "Everything",
  ledgerExport: "Export",
  ledgerClear: "Clear the list",
  ledgerClearTitle: "Clear the list?",
  ledgerClearHint: "Only this list is deleted. What left has left.",
  ledgerMore: "Show older",
  ledgerHolds: "Holds",
  ledgerWhy: "Why",
  ledgerReadable: "Who can read it",
  ledgerKept: "How long it is kept",
  ledgerPurpose: "Purpose",
  ledgerTo: "To",
  ledgerLane: "Connection",
  ledgerLaneAccount: "of your account",
  ledgerLaneAnonymous: "does not say whose it is",
  ledgerBytes: (count: number) => things(count, { one: "1 byte", other: "# bytes" }),
  ledgerRaw: "Raw bytes",
  ledgerInEnglish: "The declarations are part of the protocol and are in English.",

  // Turn off
  turnOffTitle: "Turn off private messages?",
  turnOffStays: "What stays",
  turnOffStaysWhat: "Your messages and contacts, on this device.",
  turnOffGoes: "What goes",
  turnOffGoesWhat:
    "Your number's record, your keys, your devices, and texts you have not received, at the service.",
  turnOffMeans: "What it means",
  turnOffMeansWhat: "Texts to you come by SMS. People you wrote with are told that you left.",
  turnOffYes: "Turn off and delete",
  turnOffNo: "Keep on",
  turningOff: "Deleting…",
  turnOffWaiting: "Turned off here now. Server deletion is waiting for a connection.",
  receiptTitle: "Receipt of the deletion",
  receiptDeleted: (date: string) => `Deleted on ${date}`,
  receiptNumber: (digits: string) => `The number ending in ${digits}`,
  receiptRecords: (count: number) => things(count, { one: "1 record", other: "# records" }),
  receiptTags: (count: number) => things(count, { one: "1 lookup tag", other: "# lookup tags" }),
  receiptDevices: (count: number) => things(count, { one: "1 device", other: "# devices" }),
  receiptKeyPackages: (count: number) =>
    things(count, { one: "1 one-time public key", other: "# one-time public keys" }),
  receiptEnvelopes: (count: number) =>
    things(count, { one: "1 text that was not received", other: "# texts that were not received" }),
  receiptNotRecalled: "What others received stays with them.",
  receiptSigned: "Signed by the service; the signature was checked on this device.",
  receiptProves: "It proves what the service stated, not what it did.",
  receiptDownload: "Download the receipt",
  receiptNone: "There is no receipt: nothing was deleted yet.",

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

type Parameters<T> = T extends (...args: infer A) => string ? A : never;

/** What every language has to say. */
export type Catalogue = {
  readonly [Key in keyof typeof en]: (typeof en)[Key] extends string
    ? string
    : (typeof en)[Key] extends (...args: never[]) => string
      ? (...args: Parameters<(typeof en)[Key]>) => string
      : Readonly<Record<ErrorCode, string>>;
};
