// English: what one reads on the way to turning on.
import { plural } from "./plural.ts";

const things = plural("en");

export const turningOn = {
  turnOnTitle: "Turn on private messages?",
  turnOnChoice: "It's your choice. Texting works either way.",
  turnOnAgainTitle: "The policy changed. Keep private messages on?",
  turnOnAgainChoice: "It's your choice. Until you answer, the service is paused.",
  willSend: "We will send",
  willSendShort:
    "Your number, public keys, a random device name; blinded lookups, encrypted texts.",
  willSendWhat:
    "your phone number, your signed yes, the code from the SMS, your public keys, a random device name; a blinded form of a number you text, or that texts you; your texts, encrypted so that only their recipient can read them; a receipt when a text of a person you write with arrived; which addresses you gave out you block.",
  willNeverSend: "We will never send",
  willNeverSendShort: "Your contacts, old texts, location, or any hardware identifier.",
  willNeverSendWhat:
    "your contacts (lookups are blinded), your old texts, your location, or any identifier of the hardware.",
  serverSees: "Our server can see",
  serverSeesShort: "That this number joined, when you connect, size and time of arrivals.",
  serverSeesWhat:
    "your number while it is verified, as your carrier does; that this number joined, when a device is connected, how many numbers were looked up, and the size and time of what arrives for it. It is not told who sent it and keeps no note of it, and cannot read it; internet addresses and timing could hint at who.",
  howLong: "How long we keep it",
  howLongShort: "Texts 31 days at most; keys and record until you turn off.",
  howLongWhat:
    "your number until the SMS with the code is handed over, what follows from it for 10 minutes; texts until your device has them, 31 days at most; your public keys, your sealed record, your device's random name, how far it has received, its last signature and what you block, until you turn off; how many lookups and SMS were used, under a key, 20 days at most, also when you turned off; that a random account ended, 400 days. While our server's clock may be wrong, what is kept for days stays until it is right.",
  othersCanLearn: "What others can learn",
  othersCanLearnShort: "Who has or guesses your number learns that you use this.",
  whatChanged: "What changed since your yes",
  policyChange4:
    "While our server's clock may be wrong, what is kept for days stays until it is right.",
  policyChangeOther: "The words of the policy. All of it is below.",
  policyNamed: (version: number, fingerprint: string) => `Policy ${version}, ${fingerprint}`,
  policyText: "The policy, word for word (English)",
  turnOnKeysStay:
    "With the same number your keys stay the same, so nobody is warned. If somebody else may have a copy of this device, turn private messages off and on again afterwards: that makes new keys.",
  operatorAfterYes:
    "Who runs the service, and what they add to this, is asked for and shown after your yes.",
  operatorTitle: "Who runs the service",
  operatorOwnWords: "In their own words: signed by the service, checked by nobody.",
  operatorSupplement: "Beside the policy",
  turnOnYes: "Turn on and verify my number",
  turnOnAgainYes: "Keep it on",
  turnOnNo: "Keep it off",
  turnOnAgainNo: "Turn it off",
  numberTitle: "Your number",
  numberLabel: "Phone number",
  numberHint: "As it is written in this country, or with + and the country code.",
  invitationLabel: "Invitation",
  invitationHint: "From whoever runs the service: four groups of four characters.",
  numberCarrier: "Your carrier delivers the code, so it can see it.",
  sendCode: "Send me the code",
  sendingCode: "Asking for the code…",
  workFirst: "Your service asks for a little work first…",
  codeTitle: "Type the code",
  codeSentTo: (number: string) => `It was sent by SMS to ${number}.`,
  codeLabel: "6-digit code",
  codeHint: "The last digit turns it on.",
  checkCode: "Turn on",
  checkingCode: "Making your keys…",
  codeAgain: "Send another code",
  codeAgainIn: (seconds: number) =>
    things(seconds, { one: "Another code in 1 second", other: "Another code in # seconds" }),
  otherNumber: "Use another number",
  doneTitle: "Private messages are on",
  doneHint: "Texts to people who are on too are end-to-end encrypted and free of SMS charges.",
  doneLeft: "See what turning on sent",
  doneUndo: "Changed your mind?",
  doneUndoHint: "Turn off any time, with a receipt.",
  doneText: "Text someone",
  done: "Go to messages",
  waitSeconds: (seconds: number) =>
    things(seconds, { one: "Try again in 1 second.", other: "Try again in # seconds." }),
} as const;
