// Simplified Chinese: what one reads on the way to turning on.
import type { turningOn as english } from "./en-turning-on.ts";
import { plural } from "./plural.ts";
import type { Translated } from "./translated.ts";

const inChinese = plural("zh-Hans");

function things(count: number, other: string): string {
  return inChinese(count, { other });
}

export const turningOn: Translated<typeof english> = {
  turnOnTitle: "开启私密消息？",
  turnOnChoice: "由你选择。无论是否开启，都可以发消息。",
  turnOnAgainTitle: "隐私政策已更改。保持开启私密消息？",
  turnOnAgainChoice: "由你选择。在你答复之前，服务暂停。",
  willSend: "我们会发送",
  willSendShort: "你的号码、公钥、一个随机的设备名称；无法辨认的号码、加密的消息。",
  willSendWhat:
    "你的电话号码、你签名的同意、短信中的验证码、你的公钥、一个随机的设备名称；你发消息给的号码或发消息给你的号码，以无法辨认的形式；你的消息，经过加密，只有收件人能读取；与你通信的人发来的消息到达时的送达回执；你给出的地址中有哪些被你屏蔽。",
  willNeverSend: "我们绝不会发送",
  willNeverSendShort: "你的联系人、旧消息、位置，以及任何硬件标识符。",
  willNeverSendWhat:
    "你的联系人（查找前，号码会变得无法辨认）、你的旧消息、你的位置，以及任何硬件标识符。",
  serverSees: "我们的服务器可以看到",
  serverSeesShort: "此号码已加入、你何时连接，以及到达内容的大小和时间。",
  serverSeesWhat:
    "验证期间你的号码（你的运营商同样可以看到）；此号码已加入、设备何时连接、查找了多少个号码，以及发到此号码的内容的大小和时间。服务器不会得知是谁发送的，不会留下相关记录，也无法读取内容；IP 地址和时间可能会透露发送者的线索。",
  howLong: "我们保留多久",
  howLongShort: "消息最多 31 天；公钥和记录保留到你关闭为止。",
  howLongWhat:
    "你的号码，保留到含验证码的短信交付发送为止，由号码推导出的内容，保留 10 分钟；消息，保留到你的设备收到为止，最多 31 天；你的公钥、你的密封记录、你设备的随机名称、设备的接收进度、它的最后一个签名，以及你屏蔽了什么，保留到你关闭为止；用过多少次查找和短信，以密钥处理后保留最多 20 天，关闭之后也是如此；某个随机账户已经结束这一事实，保留 400 天。当我们服务器的时钟可能不准时，按天保存的内容会保留到时钟准确为止。",
  othersCanLearn: "别人能得知什么",
  othersCanLearnShort: "拥有或猜到你号码的人会得知你在使用此功能。",
  whatChanged: "自你同意以来更改了什么",
  policyChange4: "当我们服务器的时钟可能不准时，按天保存的内容会保留到时钟准确为止。",
  policyChangeOther: "隐私政策的措辞。全文见下方。",
  policyNamed: (version, fingerprint) => `隐私政策第 ${version} 版，${fingerprint}`,
  policyText: "隐私政策全文（英文）",
  turnOnKeysStay:
    "使用同一号码时，你的密钥保持不变，因此不会提醒任何人。如果其他人可能有此设备的副本，请之后关闭私密消息，再重新开启：这样会生成新的密钥。",
  operatorAfterYes: "由谁运营此服务、另有哪些规定，会在你同意后查询并显示。",
  operatorTitle: "由谁运营此服务",
  operatorOwnWords: "运营者自己的说法：由服务签名，无人核实。",
  operatorSupplement: "隐私政策之外",
  turnOnYes: "开启并验证我的号码",
  turnOnAgainYes: "保持开启",
  turnOnNo: "保持关闭",
  turnOnAgainNo: "关闭它",
  numberTitle: "你的号码",
  numberLabel: "电话号码",
  numberHint: "按该国家或地区的写法，或以 + 和国家/地区代码开头。",
  invitationLabel: "邀请码",
  invitationHint: "由服务的运营者提供：四组，每组四个字符。",
  numberCarrier: "验证码由你的运营商送达，因此运营商可以看到它。",
  sendCode: "把验证码发给我",
  sendingCode: "正在请求验证码…",
  workFirst: "你的服务要求先完成少量计算…",
  codeTitle: "输入验证码",
  codeSentTo: (number) => `验证码已通过短信发送到 ${number}。`,
  codeLabel: "6 位验证码",
  codeHint: "输入最后一位数字即开启。",
  checkCode: "开启",
  checkingCode: "正在生成你的密钥…",
  codeAgain: "再发一个验证码",
  codeAgainIn: (seconds) => things(seconds, "# 秒后可再发一个验证码"),
  otherNumber: "使用其他号码",
  doneTitle: "私密消息已开启",
  doneHint: "发给同样已开启的人的消息经过端到端加密，不收短信费用。",
  doneLeft: "查看开启时发送了什么",
  doneUndo: "改变主意了？",
  doneUndoHint: "随时可以关闭，并会得到一份确认单。",
  doneText: "给某人发消息",
  done: "前往消息",
  waitSeconds: (seconds) => things(seconds, "请在 # 秒后重试。"),
};
