// Chinese, simplified: being told of texts while the app is closed.
import type { waking as english } from "./en-waking.ts";
import type { Translated } from "./translated.ts";

export const waking: Translated<typeof english> = {
  wakingName: "应用关闭时",
  wakingHint: "浏览器的厂商会因此知道何时有内容到达。",
  wakingAskTitle: "应用关闭时也通知你有新消息？",
  wakingAskWhat:
    "你的浏览器会向其厂商的推送服务申请一个地址，由我们的服务器保存。有内容到达时，我们的服务器告知该推送服务，再由它唤醒你的浏览器。",
  wakingAskLearns:
    "推送服务会知道有内容到达、何时到达、发往哪个地址。它绝不会知道写了什么，也不会知道是谁写的。",
  wakingAskBack: "你可以随时在这里撤回。届时该地址会被弃用。",
  wakingAskYes: "好，通知我",
  wakingAskNo: "不用",
  wakingFailed: "没有成功：你的浏览器没有得到此服务可用的地址。",
  wokenText: "新消息",
  wokenHint: "打开应用即可阅读。",
};
