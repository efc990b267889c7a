// Chinese, simplified: SMS that the service sends.
import type { relaying as english } from "./en-relaying.ts";
import type { Translated } from "./translated.ts";

export const relaying: Translated<typeof english> = {
  relayName: "由服务发送短信",
  relayHint: "适用于没有 SIM 卡的设备。回复会发到你的号码，不会到这里。",
  relayAskTitle: "让服务替你发送短信？",
  relayAskWhat:
    "以短信发出的消息将由服务发送，而不是由短信应用发送。一旦交出，服务就不再持有其中的号码和文字。",
  relayAskRead: "短信没有加密：为服务传送短信的一方，以及途中的运营商，都能读到内容。",
  relayAskAnswers:
    "每条短信都以你的号码开头，并写明回复发往该号码。回复会到使用该号码的手机上，不会到这里。",
  relayAskBack: "服务每天只发送少量短信。你可以随时在这里撤回。",
  relayAskYes: "好，由服务发送",
  relayAskNo: "不用",
  lineSmsRelayHint: "由服务发送，未加密；回复会发到你的号码，不会到这里",
  smsInsteadRelayed: "它不再加密：由服务发送，运营商能读到内容。回复会发到你的号码，不会到这里。",
  stateSentByService: "已由服务以短信发送",
};
