// English: SMS that the service sends.
export const relaying = {
  relayName: "SMS through the service",
  relayHint: "For a device without a SIM. Answers go to your number, not here.",
  relayAskTitle: "Have the service send your SMS?",
  relayAskWhat:
    "Texts that go by SMS are then sent by the service, not by an SMS app. It has no number and no word of them any more once they are handed over.",
  relayAskRead:
    "They are not encrypted: whoever carries SMS for the service, and the carriers on the way, can read them.",
  relayAskAnswers:
    "Each begins with your number and says that answers go to it. They come to the phone that has it, not here.",
  relayAskBack: "The service sends few a day. You can take this back here at any time.",
  relayAskYes: "Yes, through the service",
  relayAskNo: "No",
  lineSmsRelayHint: "sent by the service, not encrypted; answers go to your number, not here",
  smsInsteadRelayed:
    "It is no longer encrypted: the service sends it, and carriers can read it. Answers go to your number, not here.",
  stateSentByService: "Sent as SMS by the service",
} as const;
