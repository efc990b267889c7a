// English: being told of texts while the app is closed.
export const waking = {
  wakingName: "While the app is closed",
  wakingHint: "Your browser's maker then learns when something comes.",
  wakingAskTitle: "Tell you of texts while the app is closed?",
  wakingAskWhat:
    "Your browser asks its maker's push service for an address, and our server keeps it. When something comes, our server tells that push service, which wakes your browser.",
  wakingAskLearns:
    "The push service learns that something came, when, and for which address. It never learns what was written, or who wrote.",
  wakingAskBack: "You can take this back here at any time. The address is then given up.",
  wakingAskYes: "Yes, tell me",
  wakingAskNo: "No",
  wakingFailed: "That did not work: your browser got no address that this service can use.",
  wokenText: "New message",
  wokenHint: "Open the app to read it.",
} as const;
