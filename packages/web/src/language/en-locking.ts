// English: the app lock.
import { plural } from "./plural.ts";

const things = plural("en");

export const locking = {
  lockName: "App lock",
  lockSwitch: "Lock the app",
  lockHint: "This device asks who you are before the app opens.",
  lockAskTitle: "Lock the app on this device?",
  lockAskWhat:
    "It opens by your finger, your face or your PIN, as your device knows you. It locks when it starts, and when it was out of sight for a while. Notifications then say only that something came.",
  lockAskNot:
    "It keeps out whoever picks up this device. Nothing more is encrypted by it, and whoever knows their way around a browser may get past it.",
  lockAskPasskey:
    "Your device keeps a passkey for this, which names this service. Its maker may copy that to your other devices.",
  lockAskLost:
    "If your device no longer recognizes you, only beginning anew is left: all that is in the app here is then deleted.",
  lockAskYes: "Yes, lock it",
  lockAskNo: "No",
  lockFailed: "Your device did not recognize you.",
  lockAfter: "When it locks",
  lockAtOnce: "As soon as it is out of sight",
  lockAfterMinutes: (count: number) =>
    things(count, { one: "After 1 minute out of sight", other: "After # minutes out of sight" }),
  lockNow: "Lock now",
  lockedTitle: "Locked",
  lockedHint: "Texts still come. You see them once you unlock.",
  lockOpen: "Unlock",
  lockLost: "I cannot unlock it",
  lockLostTry:
    "Your device may take its PIN or password instead. Starting the browser or the device again can help, too.",
  lockLostAnew:
    "Otherwise only beginning anew is left: the texts, contacts and keys of this app are then deleted from this device. Private messages go on once you prove your number again; what waits for you until then is not delivered.",
  lockBeginAnew: "Delete all and begin anew",
} as const;
